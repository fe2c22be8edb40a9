"""Cases as they leave the house: read some at a time, written in numbered parts, joined into one file.

record -> format of each kind (formats) -> parts on disk (parts) -> the command, or a job behind a page (keeping)
"""

from workflows.taken_out import forget

__all__ = ["forget"]
