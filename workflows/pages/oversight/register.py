"""Overviews of what is on record beside the acts: terms, recusals and exceptions."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.urls import reverse

from audit.models import Act
from escalation.models import Deadline
from roles.models import Dispensation, Recusal
from roles.rules.segregation import duty_label
from roles.selectors import Scope
from workflows.models import CaseTask
from workflows.pages.casefile import BESIDE
from workflows.pages.oversight import asking
from workflows.pages.oversight.acts import CASE, WHERE, where
from workflows.pages.oversight.tables import NOTHING, Cell, Column, Line, Table
from workflows.pages.wording import title_of, whose
from workflows.selectors import acts
from workflows.selectors.sight import visible
from workflows.steps import Wait

IN_CASE = asking.of_case(lambda said: Q(case__number__iexact=said))
OF_CASE = ("case__title", "case__process")


def in_cases(model: type[Model], scopes: Sequence[Scope], *which: Any) -> QuerySet[Any]:
    return model._default_manager.filter(*which, case__in=visible(scopes))


def made_by(model: Any, rows: Iterable[Model]) -> dict[int, tuple[str, int]]:
    """The act that made the newest version of each row. One query."""
    found = model.history.filter(id__in=[row.pk for row in rows]).order_by("history_id")
    return {pk: (chain, seq) for pk, chain, seq in found.values_list("id", "act__chain", "act__seq")}


def moment(name: str) -> Callable[[Line], Cell]:
    def cell(line: Line) -> Cell:
        value = getattr(line.record, name)
        return Cell("", at=value) if value else NOTHING

    return cell


# --- Terms


def _missed(scopes: Sequence[Scope]) -> QuerySet[Any]:
    """What passed while it ran; a round in writing that closes on its day was not missed."""
    missed = Q(state=Deadline.State.FIRED) & ~Q(effect=Deadline.Effect.ROUND)
    return in_cases(Deadline, scopes, missed).select_related(*OF_CASE)


def _tell_terms(found: Sequence[Deadline]) -> list[Line]:
    """Two queries: for the tasks, and for the acts that closed them."""
    known = CaseTask.objects.select_related(*BESIDE).in_bulk({each.task for each in found if each.task})
    chains = {each.case.chain for each in found}
    done = Act.objects.filter(chain__in=chains, task__in=[f"task/{pk}" for pk in known]).order_by("seq")
    numbers = dict(done.values_list("task", "seq"))
    lines = []
    for each in found:
        task = known.get(each.task or 0)
        if task is not None:
            task.case, task.process = each.case, each.case.process
        if task is not None and isinstance(task.flow_task, Wait):
            continue  # a date that was waited for
        lines.append(Line(each, each.case, numbers.get(f"task/{each.task}"), {"task": task}))
    return lines


def _step(line: Line) -> Cell:
    task = line.known["task"]
    return Cell(title_of(task), note=whose(task)) if task else Cell(line.record.get_effect_display())


def _late(line: Line) -> Cell:
    deadline: Deadline = line.record
    if deadline.ended_at is None:
        return Cell("", badges=["Nog niet gedaan"])
    days = (deadline.ended_at - deadline.due_at).days
    return Cell(f"{days} {'dag' if days == 1 else 'dagen'}" if days else "minder dan een dag")


def _extended(line: Line) -> Cell:
    return Cell(f"{line.record.extended} keer") if line.record.extended else NOTHING


def _place(line: Line) -> Cell:
    """The case, at the act where there is one."""
    if line.number is not None:
        return where(line)
    assert line.case is not None
    return Cell(line.case.number, url=reverse("case-trail", args=[line.case.pk]))


TERMS = Table(
    slug="termijnen", title="Gemiste termijnen", lead="Wat niet op tijd was, bij wie, en hoe laat het alsnog kwam",
    note="Termijnen die verstreken voordat het werk was gedaan.", icon="clock",
    columns=[Column("Uiterlijk", moment("due_at")), Column("Stap", _step, wide=True),
             Column("Alsnog op", moment("ended_at")), Column("Te laat", _late), Column("Verlengd", _extended),
             Column("Zaak", _place)],
    filters=[asking.one_of(
        "stand", "Stand", "Alle", [("open", "Nog niet gedaan"), ("laat", "Te laat gedaan")],
        lambda said: Q(ended_at__isnull=said == "open"),
    ), IN_CASE, *asking.period("due_at")],
    find=_missed, key=("due_at", "pk"), tell=_tell_terms, counted=True,
)  # fmt: skip


# --- Recusals and exceptions


def _tell_chained(model: Any, found: Sequence[Any]) -> list[Line]:
    """Two queries."""
    cases, made = acts.cases_of(row.chain for row in found), made_by(model, found)
    return [Line(row, cases.get(row.chain), made[row.pk][1]) for row in found]


def _person(line: Line) -> Cell:
    return Cell(str(line.record.person), url=reverse("person", args=[line.record.person_id]))


def _reason(line: Line) -> Cell:
    return Cell(str(line.record.ground))


def _recused(line: Line) -> Cell:
    return Cell("", badges=["De zaak gaat over deze persoon"]) if line.record.imposed else Cell("Zelf gemeld")


def _recusals(scopes: Sequence[Scope]) -> Any:
    return acts.seen(Recusal.objects.select_related("person__name", "ground"), scopes)


RECUSALS = Table(
    slug="verschoningen", title="Verschoningen", lead="Wie zich buiten een zaak hield, en waarom",
    note="Gemelde belangen, en wie ze weer introk.", icon="user-check",
    columns=[Column("Gemeld", moment("declared_at")), Column("Wie", _person), Column("Belang", _reason, wide=True),
             Column("Hoe", _recused), Column("Ingetrokken", moment("withdrawn_at")), WHERE],
    filters=[asking.person(lambda pk: Q(person=pk)), asking.one_of(
        "stand", "Stand", "Alle", [("geldt", "Geldt nog"), ("ingetrokken", "Ingetrokken")],
        lambda said: Q(withdrawn_at__isnull=said == "geldt"),
    ), CASE, *asking.period("declared_at")],
    find=_recusals, key=("declared_at", "pk"), tell=partial(_tell_chained, Recusal), counted=True,
)  # fmt: skip


def _dispensations(scopes: Sequence[Scope]) -> Any:
    people = ("person__name", "ground", "requested_by__name", "approved_by__name")
    return acts.seen(Dispensation.objects.select_related(*people), scopes)


def _duty(line: Line) -> Cell:
    return Cell(duty_label(line.record.duty))


def _asked_by(line: Line) -> Cell:
    return Cell(str(line.record.requested_by))


def _agreed_by(line: Line) -> Cell:
    return Cell(str(line.record.approved_by)) if line.record.approved_by_id else Cell("", badges=["Niet goedgekeurd"])


DISPENSATIONS = Table(
    slug="uitzonderingen", title="Uitzonderingen op functiescheiding",
    lead="Wie in een zaak mocht doen wat de scheiding verbiedt, en wie daarvoor tekende",
    note="Gevraagde en goedgekeurde uitzonderingen, altijd door twee personen.", icon="shield-lock",
    columns=[Column("Voor wie", _person), Column("Taak", _duty), Column("Grond", _reason, wide=True),
             Column("Gevraagd door", _asked_by), Column("Goedgekeurd door", _agreed_by), WHERE],
    filters=[asking.person(lambda pk: Q(person=pk)), asking.one_of(
        "stand", "Stand", "Alle", [("goedgekeurd", "Goedgekeurd"), ("gevraagd", "Alleen gevraagd")],
        lambda said: Q(approved_by__isnull=said == "gevraagd"),
    ), CASE],
    find=_dispensations, key=("pk",), tell=partial(_tell_chained, Dispensation), counted=True,
)  # fmt: skip
