"""`manage.py benchmark exports`: 10,000 cases taken out, and the memory that takes at most, at 1,000 and at the end.

One case is played as far as the director's acceptance, with a document, and copied with its acts, tasks, ballots and
documents. What is broken off half-way and begun again must end with the same bytes. Memory is of one's own (`RssAnon`).
Without the dossiers, which take a fifth of a second each; how many of those a second, and their memory, stands apart.
A format that takes longer than `LONGEST` is broken off, and says how far it came.
"""

import gc
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from django.core.files.base import ContentFile
from django.db import connections
from django.test.utils import override_settings

from audit import clock
from audit.roots import sign_root
from benchmarks import lists
from benchmarks.scratch import scratch_database
from benchmarks.steps import STORY
from benchmarks.verify import _memory
from cases.services.documents import Paper
from config.demo import players
from config.demo.script import perform
from workflows import services
from workflows.exporting import pack
from workflows.exporting.formats import FORMATS
from workflows.exporting.parts import Plan, Work, rooted_now
from workflows.exporting.record import SYSTEM
from workflows.founding import set_up_fixture

SIZE = 10_000
FIRST = 1_000
RESUMED = 300
DOSSIERS = 60
LONGEST = 300  # seconds
FEWER = "zip-without-dossiers"
FAR = 1_000_000  # between the ids of one copy and the next

# Table -> the condition that finds the rows of the case, and its columns that refer to rows that are copied too.
COPIED = {
    "workflows_casetask": ("case_id = {like} AND finished IS NOT NULL", ("id", "host_id")),
    "cases_document": ("case_id = {like}", ("id",)),
    "cases_documentversion": (
        "document_id IN (SELECT id FROM cases_document WHERE case_id = {like})", ("id", "document_id"),
    ),
    "cases_ballot": ("case_id = {like}", ("id", "task")),
    "cases_seat": ("ballot_id IN (SELECT id FROM cases_ballot WHERE case_id = {like})", ("id", "ballot_id")),
    "cases_vote": (
        "ballot_id IN (SELECT id FROM cases_ballot WHERE case_id = {like})", ("id", "ballot_id", "seat_id"),
    ),
    "escalation_deadline": ("case_id = {like} AND task IS NOT NULL", ("id", "task")),
    "audit_act": ("chain = 'case/{like}'", ("id",)),
}  # fmt: skip
OF_CASE = {"case_id": "i", "process_id": "i", "chain": "'case/' || i"}


class Interrupted(Exception):
    """Half-way, on purpose."""


def run(*, size: int = SIZE, dossiers: int = DOSSIERS) -> dict[str, Any]:
    with scratch_database(), TemporaryDirectory() as folder, override_settings(MEDIA_ROOT=folder), _without_dossiers():
        set_up_fixture("limburg-noord")
        script = STORY["script"]
        like = perform(STORY, moments=[clock.now()] * (len(script) + 1))
        _paper(like)
        _fill(like.pk, size)
        sign_root()
        ids = list(range(like.pk + 1, like.pk + 1 + size))
        measured = {format: _measured(format, ids, Path(folder)) for format in _formats()}
        measured["pdf"] = _measured("pdf", ids[:dossiers], Path(folder))
        same = {format: _resumed_is_the_same(format, ids[:RESUMED], Path(folder)) for format in _formats()}
    return {
        "exports": measured,
        "ratios": {
            f"memory_{format}_end_over_{FIRST}": round(each["peak_mb"] / each[f"peak_mb_at_{FIRST}"], 2)
            for format, each in measured.items() if f"peak_mb_at_{FIRST}" in each
        },
        "resumed_is_the_same": same,
    }  # fmt: skip


def _formats() -> list[str]:
    """Those that stream; dossiers take their time."""
    return [code for code in FORMATS if code not in ("pdf", "zip")]


@contextmanager
def _without_dossiers() -> Iterator[None]:
    write = partial(pack.write, dossier_of=None)
    FORMATS[FEWER] = replace(pack.FORMAT, code=FEWER, write=write, in_part=100)
    try:
        yield
    finally:
        del FORMATS[FEWER]


def _paper(case: Any) -> None:
    paper = Paper(
        title="Notitie", classification="internal", filename="notitie.pdf", media_type="application/pdf",
        content=ContentFile(b"%PDF-1.7 " + bytes(20_000)),
    )  # fmt: skip
    services.add_document(**players.who(players.holder(case, "intake")), case_id=case.pk, paper=paper)


def _fill(like: int, size: int) -> None:
    """So many beside the one that was played, as `lists` makes them, and all that happened in it."""
    lists._fill(like, like + size, lists._titles())
    with connections["owner"].cursor() as cursor:
        for table, (condition, moved) in COPIED.items():
            columns = {name: _value(name, moved) for name in lists._columns(cursor, table)}
            named = ", ".join(f'"{name}"' for name in columns)
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(
                f"INSERT INTO {table} ({named}) SELECT {', '.join(columns.values())} FROM {table}"
                f" CROSS JOIN generate_series({like + 1}, {like + size}) i WHERE {condition.format(like=like)}"
            )
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute(
            "INSERT INTO audit_chainhead SELECT DISTINCT ON (chain) chain, seq, hash FROM audit_act"
            " ORDER BY chain, seq DESC ON CONFLICT DO NOTHING"
        )
        cursor.execute("VACUUM ANALYZE")


def _value(column: str, moved: Sequence[str]) -> str:
    if column in moved:
        return f'"{column}" + {FAR}::bigint * i'
    return OF_CASE.get(column, f'"{column}"')


def _plan(format: str, ids: Sequence[int]) -> Plan:
    return rooted_now(Plan(
        format=format, question=format, case_ids=tuple(ids), asked_at=clock.now(), asked_by="benchmark",
        scheme="Limburg-Noord", what="alle zaken", in_part=FORMATS[format].in_part,
    ))  # fmt: skip


def _measured(format: str, ids: Sequence[int], folder: Path) -> dict[str, Any]:
    gc.collect()
    reached: dict[str, int] = {"cases": 0}
    with TemporaryDirectory(dir=folder) as within, _memory() as peak:
        work, target, plan = Work(Path(within, "delen")), Path(within, "bestand"), _plan(format, ids)
        began = perf_counter()

        def told(done: int, total: int) -> None:
            reached["cases"] = done
            if done >= FIRST:
                reached.setdefault(f"peak_mb_at_{FIRST}", peak["verifier"])
            if perf_counter() - began > LONGEST and done < total:
                raise Interrupted

        with suppress(Interrupted):
            work.carry_on(work.begin(plan), target, reader=SYSTEM, told=told)
        taken = perf_counter() - began
        size = target.stat().st_size if target.exists() else 0
    result = {
        **reached, "s": round(taken, 1), "cases_per_s": round(reached["cases"] / taken, 1),
        "mb": round(size / 1024 / 1024, 1), "peak_mb": peak["verifier"],
    }  # fmt: skip
    print(format, result, file=sys.stderr, flush=True)
    return result


def _resumed_is_the_same(format: str, ids: Sequence[int], folder: Path) -> bool:
    plan = _plan(format, ids)

    def interrupt(done: int, total: int) -> None:
        if done >= total // 2:
            raise Interrupted

    digests = []
    for broken_off in (False, True):
        with TemporaryDirectory(dir=folder) as within:
            work, target = Work(Path(within, "delen")), Path(within, "bestand")
            work.begin(plan)
            if broken_off:
                with suppress(Interrupted):
                    work.carry_on(plan, target, reader=SYSTEM, told=interrupt)
            work.carry_on(plan, target, reader=SYSTEM, told=lambda done, total: None)
            digests.append(sha256(target.read_bytes()).hexdigest())
    return digests[0] == digests[1]
