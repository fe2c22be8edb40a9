"""A record as rows of tables: what CSV and XLSX both write, with Dutch headings and in local time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.timezone import localtime

from roles.models.bodies import Capacity
from workflows.exporting.shapes import Document, Done, Record, Task, Version
from workflows.pages.acts import FLAGS

Row = list[str]
HATS = dict(Capacity.choices)


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of rows."""

    name: str
    headings: tuple[str, ...]
    rows: Callable[[Record], Iterator[Row]]


def moment(at: datetime | None) -> str:
    """As a spreadsheet sorts it, and as no country misreads it."""
    return f"{localtime(at):%Y-%m-%d %H:%M:%S}" if at else ""


def day(on: date | None) -> str:
    return f"{on:%Y-%m-%d}" if on else ""


def yes_no(value: bool | None) -> str:
    return "" if value is None else "ja" if value else "nee"


def _cases(record: Record) -> Iterator[Row]:
    yield [
        record.number, record.title, record.kind_label, record.state_label, record.phase, record.scheme,
        record.domain_label, record.organisation, record.submitted_by, moment(record.opened_at),
        moment(record.closed_at), f"{record.process_title}, versie {record.version}", str(len(record.acts)),
        str(len(record.documents)), str(record.withheld), record.head.hash,
    ]  # fmt: skip


def _acts(record: Record) -> Iterator[Row]:
    for act in record.acts:
        yield [record.number, record.title, *_act(act)]


def _act(act: Done) -> Row:
    return [
        str(act.seq), moment(act.at), act.what, act.label, act.outcome_label, act.by.name, act.by.role,
        HATS.get(act.by.capacity, act.by.capacity), act.by.behalf_of, act.mandate, act.motivation, act.ground,
        ", ".join(FLAGS.get(flag, flag) for flag in act.flags), moment(act.due_at), yes_no(act.in_time),
        str(act.corrected_by or ""), " ".join(act.documents), act.verb,
        f"{act.flow}/{act.version}/{act.step}" if act.flow else "", act.hash,
    ]  # fmt: skip


def _tasks(record: Record) -> Iterator[Row]:
    for task in record.tasks:
        if task.kind in ("HUMAN", "TIMER"):
            yield [record.number, *_task(task)]


def _task(task: Task) -> Row:
    return [
        task.label, task.lane, task.role, task.organisation, task.outcome_label, moment(task.created),
        day(task.target), moment(task.due_at), moment(task.finished), yes_no(task.in_time),
    ]  # fmt: skip


def _documents(record: Record) -> Iterator[Row]:
    for document in record.documents:
        for version in document.versions:
            yield [record.number, *_version(document, version)]


def _version(document: Document, version: Version) -> Row:
    return [
        document.title, str(version.number), document.classification_label, version.filename, version.media_type,
        str(version.size), version.added_by, moment(version.added_at), version.sha256,
    ]  # fmt: skip


def _decisions(record: Record) -> Iterator[Row]:
    for decision in record.decisions:
        about = [
            record.number, decision.label, decision.body, str(decision.round), decision.proposal_label,
            decision.state_label, yes_no(decision.carried), f"{decision.way} {decision.form}".strip(),
            day(decision.meeting_date), moment(decision.confirmed_at), decision.confirmed_by, decision.rule,
            decision.minority,
        ]  # fmt: skip
        for vote in decision.votes:
            said = "Verschoond" if vote.recused else vote.choice_label
            flagged = yes_no(vote.flagged) if vote.choice else ""
            yield [*about, vote.name, vote.behalf_of, str(vote.weight), said, vote.motivation, flagged]
        if not decision.votes:
            yield [*about, "", "", "", "", "", ""]


CASES = Table("Zaken", (
    "Nummer", "Titel", "Soort", "Stand", "Fase", "Regeling", "Domein", "Ingediend namens", "Indiener", "Ingediend op",
    "Afgesloten op", "Proces", "Handelingen", "Stukken", "Stukken niet voor u", "Vingerafdruk",
), _cases)  # fmt: skip
ACTS = Table("Handelingen", (
    "Zaak", "Titel", "Nr.", "Tijdstip", "Handeling", "Stap", "Uitkomst", "Wie", "Rol", "Hoedanigheid", "Namens",
    "Mandaat", "Motivering", "Grond", "Bijzonderheden", "Uiterste moment", "Op tijd", "Gerectificeerd door nr.",
    "Stukken (SHA-256)", "Code", "Stap (code)", "Hash",
), _acts)  # fmt: skip
TASKS = Table("Stappen", (
    "Zaak", "Stap", "Baan", "Rol", "Gemeente", "Uitkomst", "Begonnen", "Streefdatum", "Uiterste moment", "Klaar",
    "Op tijd",
), _tasks)  # fmt: skip
DOCUMENTS = Table("Stukken", (
    "Zaak", "Stuk", "Versie", "Openbaarheid", "Bestand", "Soort bestand", "Bytes", "Toegevoegd door", "Toegevoegd op",
    "SHA-256",
), _documents)  # fmt: skip
DECISIONS = Table("Besluiten", (
    "Zaak", "Stap", "Gremium", "Ronde", "Voorstel", "Stand", "Aangenomen", "Wijze", "Vergadering", "Bevestigd op",
    "Bevestigd door", "Besluitregel", "Minderheidsstandpunt", "Lid", "Namens", "Gewicht", "Stem", "Motivering",
    "Andere hoed",
), _decisions)  # fmt: skip
TABLES = (CASES, ACTS, TASKS, DOCUMENTS, DECISIONS)
