"""Plain Python: keys, the steps of a report, what is told in bands."""
