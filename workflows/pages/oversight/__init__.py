"""Controle: what an auditor asks of the evidence. Each overview hangs under one index (`entries`)."""
