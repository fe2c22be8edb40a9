"""The key of a calendar feed, and a visit to the sealed lane, get into no log: of the demo, of gunicorn, of Django."""

import logging
from datetime import timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from gunicorn.config import Config  # type: ignore[import-untyped]
from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from config.logs import ADDRESSES, HIDDEN, NOT_SEALED, Record

KEY = "Qx7-_aB3" * 5 + "xyz"
PATH = f"/kalender/feed/{KEY}.ics"

LINES = [
    ("%s", (f'"GET {PATH} HTTP/1.1" 200 12',)),
    ('"%s" %s %s', (f"GET {PATH}?x=1 HTTP/1.1", "404", "7")),
    ("Not Found: %s", (PATH,)),
    ("%(r)s %(f)s", ({"r": f"GET {PATH} HTTP/1.1", "f": f"https://rolzuiver.example{PATH}"},)),
    (f"Internal Server Error: {PATH}", ()),
    ("%s", (f"GET /kalender/%66eed/{KEY}.ics",)),
    ("%s", (f"/inloggen/?next={PATH}",)),
    ("/kalender/feed/kort.ics", ()),
]


@pytest.mark.parametrize(("message", "args"), LINES, ids=range(len(LINES)))
def test_a_line_holds_no_key_whatever_its_logger_and_its_form(message: str, args: tuple[object, ...]) -> None:
    stream, logger = StringIO(), logging.getLogger(f"gunicorn.access.{message[:4]}")
    handler = logging.StreamHandler(stream)
    logger.addHandler(handler)
    logger.propagate = False
    logger.error(message, *args)
    logger.removeHandler(handler)
    assert KEY not in stream.getvalue()
    assert "kort" not in stream.getvalue()
    assert HIDDEN in stream.getvalue()


def test_what_holds_no_key_is_as_it_was() -> None:
    record = Record("x", logging.INFO, "", 1, "GET /opdrachten/%s/ %s", (12, "vergadering.ics"), None)
    assert record.getMessage() == "GET /opdrachten/12/ vergadering.ics"
    assert logging.getLogRecordFactory() is Record


def test_the_access_log_of_gunicorn_holds_no_key(tmp_path: Path) -> None:
    """In every field of a line that somebody may choose."""
    log, settings = tmp_path / "access.log", Config()
    settings.set("accesslog", str(log))
    settings.set("access_log_format", "%(r)s %(U)s %(f)s %({raw_uri}e)s %({referer}i)s")
    address = f"https://rolzuiver.example{PATH}"
    environ = {
        "REQUEST_METHOD": "GET", "RAW_URI": PATH, "PATH_INFO": PATH, "SERVER_PROTOCOL": "HTTP/1.1", "QUERY_STRING": "",
        "HTTP_REFERER": address, "HTTP_USER_AGENT": "agenda",
    }  # fmt: skip
    response = SimpleNamespace(status="404 Not Found", sent=14, headers=[])
    request = SimpleNamespace(headers=[("REFERER", address)])
    Logger(settings).access(response, request, environ, timedelta(seconds=1))
    assert KEY not in log.read_text()
    assert log.read_text().startswith(f"GET /kalender/feed/{HIDDEN}")


@pytest.mark.parametrize(
    ("line", "passes"),
    [
        ('"GET /melden/ HTTP/1.1" 200', False), ('"POST /meldpunt/sleutels/ HTTP/1.1" 302', False),
        ("Error handling request /melden/", False), ("Not Found: /melden/terug/", False),
        ('"GET /registers/misstanden/ HTTP/1.1" 200', True),
        ('"GET /meldingen/ HTTP/1.1" 200', True), ("Forbidden: /meldpunt", False),
    ],
)  # fmt: skip
def test_that_somebody_was_in_the_sealed_lane_is_in_no_log(line: str, passes: bool) -> None:
    assert NOT_SEALED.filter(logging.makeLogRecord({"msg": "%s", "args": (line,)})) is passes


def test_nor_is_a_request_that_was_refused_there() -> None:
    for path, passes in (("/melden/", False), ("/meldpunt/melding/", False), ("/opdrachten/", True)):
        refused = logging.makeLogRecord({"msg": "Request body exceeded.", "request": SimpleNamespace(path=path)})
        assert NOT_SEALED.filter(refused) is passes


def test_whatever_reaches_the_console_is_looked_at() -> None:
    handlers: Any = settings.LOGGING["handlers"]
    assert handlers["console"]["filters"] == ["not_sealed"]


def test_every_logger_that_writes_addresses_leaves_those_of_the_sealed_lane_out() -> None:
    assert "gunicorn.error" in ADDRESSES, "it names the address where a download broke off"
    for name in ADDRESSES:
        assert NOT_SEALED in logging.getLogger(name).filters, name
