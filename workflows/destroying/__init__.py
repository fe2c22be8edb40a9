"""Vernietiging (ADR 45): what is due, the list that one draws up and another approves, and carrying it out.

`due` says which cases may go, `lists` and `holds` are what people do, `belongings` is what there is of a case and
where, `carrying_out` destroys it, `certificate` says so on paper.
"""
