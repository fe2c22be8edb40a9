"""The chain of sealed acts: one for all reports, in which nobody without keys can tell acts from heartbeats.

Where the acts of a report stand is known by their tags, which follow from its private keys: the reporter's series from
that of the talk, the handlers' from that of the desk. The chain can be verified by anybody (`evidence`), and its head
is cited every six hours in the public chain of the system, which the signed roots cover.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, connection, transaction

from audit.services import acting
from escalation.whistleblowing.models import Act
from escalation.whistleblowing.rules import vault
from escalation.whistleblowing.rules.facts import Fact
from escalation.whistleblowing.rules.vault import ReportKeys
from escalation.whistleblowing.sealed import ALIAS, ask

SLOT = timedelta(hours=6)
FULL = 8  # a slot has at least this many acts when it is over, real or not
AT_ONCE = 64  # tags of a series that are looked for in one go

APPEND = "SELECT sealed.append(%s, %s)"

SCHEDULE = """
    SELECT greatest(0, floor(%s * extract(epoch FROM app_now() - sealed.slot_of(app_now())) / %s)::int - count(*))
    FROM sealed.act WHERE slot = sealed.slot_of(app_now())
"""

LAST_ANCHOR = """
    SELECT max(at) >= date_bin('6 hours', app_now(), '2000-01-01 00:00:00+00') FROM audit_act
    WHERE chain = 'system' AND verb = 'anchor_sealed' AND at > app_now() - interval '1 day'
"""


class Taken(Exception):
    """Somebody acted in this report meanwhile: what was read is not how it stands."""


@dataclass(frozen=True, slots=True)
class Acts:
    """What was done in a report, in order, and how many acts each series has."""

    facts: tuple[Fact, ...]
    by_reporter: int
    by_handlers: int


def append(*, report: UUID, desk_public: bytes, series: bytes, number: int, fact: Fact) -> None:
    """The act with this number in a series (the private key that it follows from). Within `sealed()`. Raises Taken."""
    body = vault.seal_to(desk_public, fact.as_bytes(), about=("act", str(report)))
    try:
        with transaction.atomic(using=ALIAS):
            ask(APPEND, [vault.tag(series, number), body])
    except IntegrityError as error:
        raise Taken from error


def count(series: bytes) -> int:
    """How many acts stand in a series: the number of the next one."""
    found = 0
    while True:
        tags = [vault.tag(series, number) for number in range(found, found + AT_ONCE)]
        here = Act.objects.filter(tag__in=tags).count()
        found += here
        if here < AT_ONCE:
            return found


def read(keys: Mapping[UUID, ReportKeys]) -> dict[UUID, Acts]:
    """The acts of many reports; as many questions as the longest series takes, however many reports."""
    series = {(report, side): private for report, each in keys.items() for side, private in _series(each)}
    bodies: dict[tuple[UUID, str], list[tuple[int, bytes]]] = {each: [] for each in series}
    growing, start = list(series), 0
    while growing:
        places = {vault.tag(series[each], number): each for each in growing for number in range(start, start + AT_ONCE)}
        for act in Act.objects.filter(tag__in=places).only("seq", "tag", "body"):
            bodies[places[bytes(act.tag)]].append((act.seq, bytes(act.body)))
        start += AT_ONCE
        growing = [each for each in growing if len(bodies[each]) == start]
    return {report: _acts(report, each, bodies) for report, each in keys.items()}


def _series(keys: ReportKeys) -> Iterable[tuple[str, bytes]]:
    yield "talk", keys.talk
    yield "desk", keys.desk


def _acts(report: UUID, keys: ReportKeys, bodies: Mapping[tuple[UUID, str], list[tuple[int, bytes]]]) -> Acts:
    ours = {side: bodies[report, side] for side in ("talk", "desk")}
    opened = [
        Fact.from_bytes(vault.open_with(keys.desk, body, about=("act", str(report))))
        for _, body in sorted(ours["talk"] + ours["desk"])
    ]
    return Acts(tuple(opened), len(ours["talk"]), len(ours["desk"]))


def beat() -> int:
    """Heartbeats, so that the acts of this slot are at least as many as its schedule says; how many."""
    with transaction.atomic(using=ALIAS):
        wanted: int = ask(SCHEDULE, [FULL, SLOT.total_seconds()])[0]
        for _ in range(wanted):
            _, nobody = vault.new_pair()
            ask(APPEND, [os.urandom(16), vault.seal_to(nobody, b"", about=("act", str(uuid4())))])
    return wanted


def anchor() -> bool:
    """Once each slot: cite the head in the public chain of the system. Within a job that runs alone."""
    with connection.cursor() as cursor:
        cursor.execute(LAST_ANCHOR)
        if cursor.fetchone()[0]:
            return False
        cursor.execute("SELECT seq, encode(hash, 'hex') FROM sealed.act ORDER BY seq DESC LIMIT 1")
        head = cursor.fetchone()
    if head is None:
        return False
    with acting(chain="system", verb="anchor_sealed") as done:
        done.details |= {"seq": head[0], "hash": head[1]}
    return True
