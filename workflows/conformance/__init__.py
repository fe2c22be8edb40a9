"""Was the process followed? Cases replayed, by their acts, on a Petri net of the version of the flow they ran on.

`net.py` is what a net is, `build.py` makes one of a flow, `moves.py` reads from acts what moved a case, `replay.py`
plays that, `pnml.py` writes a net down. Those know no database; `keeping.py` does it for cases and keeps what came of
it.
"""
