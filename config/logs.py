"""What must not get into any log: the key of a calendar feed, which its address holds (ADR 31).

A program for calendars knows no other place for a key than the address, and every server writes addresses down. Each
line of this process is made here, those of gunicorn and of the demo's server too, whatever logger or handler it is for.
"""

import logging
import re

KEYS = re.compile(r"(?<=/kalender/feed/)[^\s\"'<>]+|[\w-]{30,}(?=\.ics\b)", re.ASCII)
HIDDEN = "***"


class Record(logging.LogRecord):
    def getMessage(self) -> str:
        return KEYS.sub(HIDDEN, super().getMessage())


def keep_keys_out() -> None:
    logging.setLogRecordFactory(Record)
