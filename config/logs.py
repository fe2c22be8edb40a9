"""What must not get into any log: the key of a calendar feed (ADR 31), and that somebody visited the sealed lane.

A program for calendars knows no other place for a key than its address, and every server writes addresses down. Each
line of this process is made here, those of gunicorn and of the demo's server too, whatever logger or handler it is for.
"""

import logging
import re

KEYS = re.compile(r"(?<=/kalender/feed/)[^\s\"'<>]+|[\w-]{30,}(?=\.ics\b)", re.ASCII)
HIDDEN = "***"
ADDRESSES = (
    "django.request",
    "django.server",
    "gunicorn.access",
    "gunicorn.error",
)  # who writes down what was asked for
SEALED = re.compile(r"/(melden|meldpunt)\b")


class Record(logging.LogRecord):
    def getMessage(self) -> str:
        return KEYS.sub(HIDDEN, super().getMessage())


class NotSealed(logging.Filter):
    """Lets no line pass that has an address of the sealed lane in it: that somebody was there is not to be kept."""

    def filter(self, record: logging.LogRecord) -> bool:
        asked = getattr(getattr(record, "request", None), "path", "")  # what Django refuses, it logs with the request
        return not SEALED.search(f"{record.getMessage()} {asked}")


NOT_SEALED = NotSealed()


def keep_out_of_logs() -> None:
    logging.setLogRecordFactory(Record)
    for name in ADDRESSES:  # on the loggers: their handlers are others' to set
        logging.getLogger(name).addFilter(NOT_SEALED)
