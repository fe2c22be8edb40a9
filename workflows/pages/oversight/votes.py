"""Overviews of votes: those of who wore another hat before, and those that divided a body."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from cases.models import Ballot, Choice, Vote
from roles.selectors import Scope
from workflows.flows import step_called
from workflows.pages.acts import outcome_of
from workflows.pages.oversight import asking
from workflows.pages.oversight.acts import WHERE
from workflows.pages.oversight.register import IN_CASE, OF_CASE, in_cases, made_by, moment
from workflows.pages.oversight.tables import NOTHING, Cell, Column, Line, Table
from workflows.sentences import label_in


def _tell_ballots(found: Sequence[Ballot]) -> list[Line]:
    """Two queries."""
    made = made_by(Ballot, found)
    flagged: dict[int, list[str]] = {}
    votes = Vote.objects.filter(ballot__in=found, flagged=True).order_by("id")
    for vote in votes.select_related("seat__appointment__person__name", "seat__stood_in_by__name"):
        flagged.setdefault(vote.ballot_id, []).append(vote.seat.who)
    return [Line(ballot, ballot.case, made[ballot.pk][1], {"flagged": flagged.get(ballot.pk, [])}) for ballot in found]


def _tell_divided(found: Sequence[Ballot]) -> list[Line]:
    """Two queries. Where no standpoint was written down, what those said who were outvoted stands in its place."""
    made = made_by(Ballot, found)
    said: dict[int, list[str]] = {}
    lost = Q(ballot__carried=True, choice=Choice.AGAINST) | Q(
        ballot__carried=False, choice__in=[Choice.FOR, Choice.FOR_WITH_REMARK]
    )
    votes = Vote.objects.filter(lost, ballot__in=found, motivation__isnull=False).order_by("id")
    for vote in votes.select_related("motivation", "seat__appointment__person__name", "seat__stood_in_by__name"):
        said.setdefault(vote.ballot_id, []).append(f"{vote.seat.who}: {vote.motivation}")
    return [Line(ballot, ballot.case, made[ballot.pk][1], {"said": said.get(ballot.pk, [])}) for ballot in found]


def _proposal(line: Line) -> Cell:
    ballot: Ballot = line.record
    node = step_called(ballot.case.process.flow_class, ballot.step, ballot.proposal)
    said = f"{label_in(ballot.case.process.labels, node)}: {outcome_of(node, ballot.proposal)}"
    return Cell(said, note=f"{ballot.body}, {ballot.get_way_display().lower()}")


def _flagged(line: Line) -> Cell:
    return Cell(", ".join(line.known["flagged"])) if line.known["flagged"] else NOTHING


def _result(line: Line) -> Cell:
    return Cell(line.record.tally.get("explanation", "") or line.record.get_state_display())


def _without(line: Line) -> Cell:
    tally = line.record.tally
    badges = ["Hangt van deze stemmen af"] if tally.get("hinges_on_flagged") else []
    if tally.get("uncomparable"):
        return Cell("Niet na te gaan: er is geheim gestemd", badges=badges)
    return Cell(tally.get("without_flagged") or "Nog niet geteld", badges=badges)


def _counts(line: Line) -> Cell:
    tally = line.record.tally
    said = [f"{tally.get(code, 0)} {words}" for code, words in [("for", "voor"), ("against", "tegen")]]
    abstained = tally.get("abstain", 0)
    return Cell(", ".join([*said, f"{abstained} onthouding{'' if abstained == 1 else 'en'}"]))


def _minority(line: Line) -> Cell:
    said = str(line.record.minority or "") or " ".join(line.known["said"])
    return Cell(said or "niet opgeschreven")


BALLOT_FILTERS = [IN_CASE, *asking.period("opened_at")]
BALLOTS = ("body", "minority", *OF_CASE)
HAS_FLAG = Exists(Vote.objects.filter(ballot=OuterRef("pk"), flagged=True))
DIVIDED = Q(minority__isnull=False) | Q(tally__against__gt=0, tally__for__gt=0)


def _ballots(scopes: Sequence[Scope], which: Any) -> QuerySet[Any]:
    return in_cases(Ballot, scopes, which).select_related(*BALLOTS)


FLAGGED_VOTES = Table(
    slug="stemmen-met-vlag", title="Stemmen met een vlag",
    lead="Waar een lid stemde dat eerder met een andere hoed handelde, en wat de uitslag zonder die stemmen is",
    note="De uitslag met en zonder de stemmen van wie eerder een andere hoed droeg.", icon="scale",
    columns=[Column("Geopend", moment("opened_at")), Column("Voorstel", _proposal, wide=True),
             Column("Met een vlag", _flagged, wide=True), Column("Uitslag", _result, wide=True),
             Column("Zonder die stemmen", _without, wide=True), WHERE],
    filters=[*BALLOT_FILTERS, asking.one_of(
        "hangt", "Uitslag", "Alle", [("ja", "Hangt van deze stemmen af")], lambda said: Q(tally__hinges_on_flagged=True)
    )],
    find=partial(_ballots, which=HAS_FLAG), key=("opened_at", "pk"), tell=_tell_ballots, counted=True,
)  # fmt: skip

MINORITIES = Table(
    slug="minderheden", title="Besluiten met een minderheid",
    lead="Waar niet iedereen hetzelfde stemde, en wat de minderheid daarvan vond",
    note="Verdeelde stemmingen, met het minderheidsstandpunt.", icon="users",
    columns=[Column("Geopend", moment("opened_at")), Column("Voorstel", _proposal, wide=True),
             Column("Stemmen", _counts), Column("Minderheidsstandpunt", _minority, wide=True),
             Column("Uitslag", _result, wide=True), WHERE],
    filters=BALLOT_FILTERS,
    find=partial(_ballots, which=DIVIDED), key=("opened_at", "pk"), tell=_tell_divided, counted=True,
)  # fmt: skip
