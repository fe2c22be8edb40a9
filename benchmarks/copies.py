"""Cases that were played once, copied with all that happened in them; evidence is not measured on these.

Two kinds: a commission as far as the director's acceptance, with a document, and a procurement of the example, from its
first step to its award.
"""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db import connections
from django.utils.timezone import localtime

from audit import clock
from benchmarks import lists
from benchmarks.steps import STORY
from cases.models import Case
from cases.services.documents import Paper
from config import demo
from config.demo import buying, players, script
from workflows import services
from workflows.founding import set_up_fixture

REGELING = "limburg-noord"
FAR = 1_000_000  # between the ids of one copy and the next

# Table -> the condition that finds the rows of the case, and its columns that refer to rows that are copied too.
HAPPENED = {
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
BOUGHT = {
    "cases_case": ("id = {like}", ()),
    "cases_procurement": ("case_id = {like}", ()),
    "workflows_caseprocess": ("case_id = {like}", ()),
    **{
        f"cases_{name}": ("procurement_id = {like}", ("id",))
        for name in ("procurementlot", "awardcriterion", "award", "tender", "publication")
    },
}  # fmt: skip
OF_CASE = {
    "case_id": "i", "process_id": "i", "procurement_id": "i", "chain": "'case/' || i",
    "sealed_id": "NULL",  # there is one seal
}  # fmt: skip
OF_TABLE = {
    "cases_case": {"id": "i", "number": "'INK-2026-' || i"},
    "workflows_caseprocess": {"id": "i"},
}  # fmt: skip


def found() -> None:
    """Long enough ago for the example."""
    with clock.moved_to(clock.now() - demo.FOUNDED):
        set_up_fixture(REGELING)


def procurement() -> Case:
    """The first of the example that was awarded."""
    stories = tomllib.loads(demo.STORIES[REGELING].read_text())["opdracht"]
    number, story = next((number, each) for number, each in enumerate(stories) if _awarded(each))
    now = localtime(clock.now(), demo.AMSTERDAM) - timedelta(minutes=len(story["script"]))
    return buying.procurement_of(script.perform(story, moments=demo.moments(now, story, number)))


def _awarded(story: Mapping[str, Any]) -> bool:
    return any(line[1:3] == ["buy", "award_publication"] for line in story["script"])


def commission() -> Case:
    case = script.perform(STORY, moments=[clock.now()] * (len(STORY["script"]) + 1))
    paper = Paper(
        title="Notitie", classification="internal", filename="notitie.pdf", media_type="application/pdf",
        content=ContentFile(b"%PDF-1.7 " + bytes(20_000)),
    )  # fmt: skip
    services.add_document(**players.who(players.holder(case, "intake")), case_id=case.pk, paper=paper)
    return case


def commissions(like: int, size: int) -> list[int]:
    """So many beside the one that was played last, as `lists` makes them, and all that happened in it."""
    lists._fill(like, like + size, lists._titles())
    return _copied(like, range(like + 1, like + size + 1), HAPPENED)


def procurements(like: int, size: int) -> list[int]:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT max(id) FROM cases_case")
        [last] = cursor.fetchone()
    return _copied(like, range(last + 1, last + size + 1), BOUGHT | HAPPENED)


def _copied(like: int, numbers: range, tables: Mapping[str, tuple[str, Sequence[str]]]) -> list[int]:
    with connections["owner"].cursor() as cursor:
        for table, (condition, moved) in tables.items():
            columns = {name: _value(table, name, moved) for name in lists._columns(cursor, table)}
            named = ", ".join(f'"{name}"' for name in columns)
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(
                f"INSERT INTO {table} ({named}) SELECT {', '.join(columns.values())} FROM {table} CROSS JOIN"
                f" generate_series({numbers[0]}, {numbers[-1]}) i WHERE {condition.format(like=like)}"
            )
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute(
            "INSERT INTO audit_chainhead SELECT DISTINCT ON (chain) chain, seq, hash FROM audit_act"
            " ORDER BY chain, seq DESC ON CONFLICT DO NOTHING"
        )
        cursor.execute("VACUUM ANALYZE")
    return list(numbers)


def _value(table: str, column: str, moved: Sequence[str]) -> str:
    if column in moved:
        return f'"{column}" + {FAR}::bigint * i'
    return (OF_CASE | OF_TABLE.get(table, {})).get(column, f'"{column}"')
