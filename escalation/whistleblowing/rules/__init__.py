"""Plain Python: keys, the steps of a report, what an act says."""
