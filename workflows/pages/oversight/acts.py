"""Overviews of acts: all of them, those with a flag, and those that relied on a mandate."""

from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q
from django.urls import reverse

from audit.models import Act
from audit.selectors import changes
from roles.models import Appointment, Mandate
from roles.selectors import Scope
from ui.templatetags.ui import euro
from workflows.asks import OWNERS_DECISION
from workflows.pages.acts import Told, told
from workflows.pages.oversight import asking
from workflows.pages.oversight.tables import NOTHING, Cell, Column, Line, Table
from workflows.selectors import acts

ABOVE = "Boven het maximum"
BY_OWNER = "Besluit van de eigenaar"


def find(scopes: Sequence[Scope], *which: Q) -> Any:
    return acts.spoken(acts.seen(Act.objects.filter(*which), scopes))


def tell(found: Sequence[Act]) -> list[Line]:
    """Five queries."""
    cases, appointed = acts.cases_of(act.chain for act in found), _appointed(found)
    return [
        Line(each.act, cases.get(each.act.chain), each.act.seq, {"told": each, "of": appointed.get(each.act.pk, "")})
        for each in told(found)
    ]


def _appointed(found: Sequence[Act]) -> dict[int, str]:
    """Whom an appointment was about, which the act itself names by number alone. One query."""
    rows = {
        act.pk: int(change.pk) for act in found if act.verb == "appoint"
        for change in changes(act) if change.table == Appointment._meta.db_table
    }  # fmt: skip
    known = Appointment.objects.select_related("person__name", "position__role", "position__body")
    people = known.in_bulk(set(rows.values()))
    return {act: str(people[row]) for act, row in rows.items() if row in people}


def _tell_of_mandates(found: Sequence[Act]) -> list[Line]:
    """And one for what the mandates allow."""
    lines = tell(found)
    known = _maxima(line.record.mandate for line in lines)
    for line in lines:
        scheme = line.case.scheme_id if line.case else None
        line.known["mandate"] = known.get((scheme, _number(line.record.mandate)))
    return lines


def _maxima(said: Iterable[str]) -> dict[tuple[int | None, tuple[str, int]], Mandate]:
    """By the regeling, and by number and version: each version is a row that nobody edits."""
    numbers = {each[0] for each in map(_number, said)}
    found = Mandate.objects.filter(number__in=numbers)
    return {(each.scheme_id, (each.number, each.version)): each for each in found}


def _number(said: str) -> tuple[str, int]:
    """ "M-01 v2, Mandaatregeling ..." is version 2 of M-01."""
    number, _, version = said.partition(",")[0].rpartition(" v")
    return (number, int(version)) if version.isdigit() else ("", 0)


def _amount(act: Act) -> Decimal | None:
    """What the mandate was asked about; acts of before it was kept do not say."""
    try:
        return Decimal(str(act.data["amount"]))
    except (KeyError, InvalidOperation):
        return None


def at(line: Line) -> Cell:
    return Cell("", at=line.record.at)


def what(line: Line) -> Cell:
    said: Told = line.known["told"]
    note = f"Op mandaat {line.record.mandate}" if line.record.mandate else line.known["of"]
    return Cell(said.title, badges=said.flags, note=note)


def title(line: Line) -> Cell:
    return Cell(line.known["told"].title, note=line.known["of"])


def who(line: Line) -> Cell:
    said: Told = line.known["told"]
    url = reverse("person", args=[said.person_id]) if said.person_id else ""
    hat = {"role": said.act.role, "capacity": said.act.capacity, "behalf_of": said.behalf_of}
    return Cell(said.who, url=url, hat=hat if said.act.capacity else None)


def where(line: Line) -> Cell:
    """The case, at the act; what belongs to no case has no page of its own, but the act has."""
    act = f"nr. {line.number}"
    if line.case is not None:
        url = f"{reverse('case-trail', args=[line.case.pk])}#nr-{line.number}"
        return Cell(line.case.number, url=url, note=act)
    if isinstance(line.record, Act):
        said = "Regeling" if line.record.chain.startswith("scheme/") else "Vergadering"
        return Cell(f"{said}, {act}", url=reverse("act", args=[line.record.pk]))
    return Cell("Regeling", note=act)


def _flags(line: Line) -> Cell:
    return Cell("", badges=line.known["told"].flags)


def _ground(line: Line) -> Cell:
    said = [f"{label}: {words}" for label, words in line.known["told"].words if label != "Uitslag"]
    return Cell(" ".join(said)) if said else NOTHING


def _mandate(line: Line) -> Cell:
    found: Mandate | None = line.known["mandate"]
    return Cell(line.record.mandate, url=reverse("mandate", args=[found.pk]) if found else "")


def _asked(line: Line) -> Cell:
    amount = _amount(line.record)
    return Cell("niet vastgelegd" if amount is None else euro(amount))


def _maximum(line: Line) -> Cell:
    found: Mandate | None = line.known["mandate"]
    if found is None:
        return NOTHING
    return Cell("onbeperkt" if found.max_amount is None else euro(found.max_amount))


def _judged(line: Line) -> Cell:
    """What lay above every mandate went to the owner, whose decision takes its place."""
    found, amount = line.known["mandate"], _amount(line.record)
    if line.record.mandate == OWNERS_DECISION:
        return Cell("", badges=[BY_OWNER])
    if found is None or amount is None:
        return NOTHING
    above = found.max_amount is not None and amount > found.max_amount
    return Cell("", badges=[ABOVE]) if above else Cell("Binnen het mandaat")


AT, WHO = Column("Tijdstip", at), Column("Wie, met welke hoed", who, wide=True)
WHERE = Column("Zaak", where)


def _in_case(said: str) -> Q:
    return Q(chain__in=acts.chains_called(said))


CASE = asking.of_case(_in_case)
PERSON = asking.person(lambda pk: Q(actor=f"person/{pk}"))

ACTS = Table(
    slug="handelingen", title="Handelingen", lead="Wat er is gedaan, door wie en met welke hoed",
    note="Alles wat is gedaan: door wie, met welke hoed, op welk mandaat.", icon="history",
    columns=[AT, Column("Handeling", what, wide=True), WHO, WHERE],
    filters=[PERSON, asking.CAPACITY, asking.ROLE, asking.VERB, asking.STEP, asking.MANDATE, asking.FLAG, CASE,
             *asking.period("at")],
    find=find, key=("at", "pk"), tell=tell,
)  # fmt: skip

FLAGS = Table(
    slug="vlaggen", title="Rolzuiverheid: vlaggen",
    lead="Waar iemand handelde terwijl een andere hoed of stoel meespeelde, en wat met spoed of op een grond ging",
    note="Dubbele hoeden en stoelen, spoed, en wat op een geschreven grond mocht.", icon="flag",
    columns=[AT, Column("Bijzonderheid", _flags), Column("Handeling", title, wide=True), WHO,
             Column("Grond en motivering", _ground, wide=True), WHERE],
    filters=[PERSON, asking.CAPACITY, asking.FLAG, CASE, *asking.period("at")],
    find=lambda scopes: find(scopes, ~Q(flags="")), key=("at", "pk"), tell=tell, counted=True,
)  # fmt: skip

MANDATES = Table(
    slug="mandaten", title="Gebruikte mandaten",
    lead="Waarop een besluit steunde, voor welk bedrag, en wat het mandaat toestond",
    note="Besluiten op mandaat: het bedrag naast het maximum, en wat naar de eigenaar ging.", icon="shield-check",
    columns=[AT, Column("Mandaat", _mandate, wide=True), Column("Bedrag", _asked, amount=True),
             Column("Ten hoogste", _maximum, amount=True), Column("Oordeel", _judged),
             Column("Handeling", title, wide=True), WHO, WHERE],
    filters=[PERSON, asking.MANDATE, asking.one_of(
        "waarop", "Waarop", "Alles", [("mandaat", "Een mandaat"), ("eigenaar", BY_OWNER)],
        lambda said: Q(mandate=OWNERS_DECISION) if said == "eigenaar" else ~Q(mandate=OWNERS_DECISION),
    ), CASE, *asking.period("at")],
    find=lambda scopes: find(scopes, ~Q(mandate="")), key=("at", "pk"), tell=_tell_of_mandates,
)  # fmt: skip
