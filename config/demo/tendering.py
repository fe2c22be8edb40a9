"""Moves of a tender procedure, from keys to ranking, by the people that its regeling binds (domain §5.2)."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal

from audit import clock
from cases.models import Case, Classification, Eligibility, Procurement, Provider, SealKey, Tender, TenderDesk
from cases.rules.assessment import Agreed
from cases.selectors import assessments
from cases.selectors import tenders as found
from cases.services.documents import Paper
from cases.services.envelopes import Bid, Envelope
from cases.services.tenders import Given, Test, TypedIn
from config.demo.paper import pdf
from config.demo.players import do, holder, open_task, who
from roles.models import Appointment, Position, Scheme
from roles.models.fields import holding_on
from roles.services.keeping import keepers
from workflows import tendering
from workflows.models import CaseProcess, CaseTask
from workflows.register import Keeper
from workflows.tendering import Receipt

FOUND_GOOD = Test(
    declared=True, ground=Eligibility.Ground.NONE, suitable=True, consulted=False, measures="",
    fair_price=Eligibility.FairPrice.YES, note="", invalid="",
)  # fmt: skip
SCORES = (Decimal("8"), Decimal("6"), Decimal("7"), Decimal("9"))


def openers(case: Case) -> list[Appointment]:
    """Who may open tenders in this case."""
    return _holding([CaseProcess.objects.get(case=case).bindings["opening"]])


def passphrase(me: Appointment) -> str:
    """Of the example; nobody's own is like this."""
    return f"de kluis van {me.person} gaat open"


def enrol_keys(scheme: Scheme) -> None:
    """Every opener makes a key."""
    for me in _holding(keepers(scheme, "hold_seal_key")):
        if found.seal_key(me.person_id, scheme.pk) is None:
            tendering.enrol_key(keeper=Keeper(**who(me)), scheme=scheme, passphrase=passphrase(me))


def enrol_escrow(scheme: Scheme) -> tuple[SealKey, str]:
    """The key for calamities, with what goes into the safe."""
    [me, *_] = _holding(keepers(scheme, "keep_escrow_key"))
    return tendering.enrol_escrow(keeper=Keeper(**who(me)), scheme=scheme)


def bid_of(procurement: Procurement, firm: str, factor: Decimal) -> Bid:
    """On every lot, at some part of its estimate."""
    prices = {lot.pk: (lot.amount * factor).quantize(Decimal("0.01")) for lot in procurement.lots.all()}
    return Bid(
        firm=firm, registration="12345678", contact="De directie", email="inschrijven@voorbeeld.nl", prices=prices
    )


def hand_in(case: Case, firm: str, factor: Decimal, *, papers: Sequence[Paper] = ()) -> Receipt:
    """A firm tenders under seal, by the address in the notice."""
    procurement = Procurement.objects.get(pk=case.pk)
    desk = found.desk_of(procurement)
    assert desk is not None
    envelope, bid = Envelope(desk.address), bid_of(procurement, firm, factor)
    for paper in papers or [pdf(f"Plan van aanpak {firm}", Classification.CONFIDENTIAL)]:
        part = envelope.part()
        for chunk in paper.content.chunks():
            part.add(chunk)
        part.end()
        bid.documents.append(part.enclosed(paper.filename))
    return tendering.hand_in(address=desk.address, envelope=envelope, bid=bid)


def open_together(case: Case) -> None:
    """Two openers, one after the other."""
    first, second, *_ = openers(case)
    task = open_task(case, "opening")
    tendering.begin_opening(**who(first), case_id=case.pk, task_id=task.pk, passphrase=passphrase(first))
    do(second, case, "opening", "opened", passphrase=passphrase(second))


def open_outside(case: Case, firms: Sequence[str] = (), count: int = 3) -> None:
    """The platform opened them; its proces-verbaal and the tenders are taken over."""
    procurement = Procurement.objects.select_related("case").get(pk=case.pk)
    names = list(firms) or [str(each) for each in Provider.objects.filter(scheme=case.scheme_id).order_by("pk")[:count]]
    closing = procurement.closing_at or clock.now()
    typed = []
    for number, firm in enumerate(names):
        bid = bid_of(procurement, firm, Decimal("0.90") + Decimal("0.03") * number)
        typed.append(TypedIn(
            firm=firm, registration=bid.registration, contact=bid.contact, prices=bid.prices,
            received_at=closing - timedelta(hours=len(names) - number),
            papers=[pdf(f"Inschrijving {number + 1}: aanbod", Classification.CONFIDENTIAL)],
        ))  # fmt: skip
    report = pdf("Proces-verbaal van opening", Classification.CONFIDENTIAL)
    do(openers(case)[0], case, "opening", "opened", report=report, typed=typed)


def declare(case: Case, me: Appointment) -> None:
    """No interest in any of them; once is enough."""
    if found.declaration(Procurement.objects.get(pk=case.pk), me.person_id) is None:
        tendering.declare(**who(me), case_id=case.pk, conflicted=False)


def test_all(case: Case) -> None:
    """All of them may be compared."""
    me = holder(case, "eligibility")
    declare(case, me)
    tests = {tender.pk: FOUND_GOOD for tender in Tender.objects.filter(procurement=case.pk, state=Tender.State.OPENED)}
    do(me, case, "eligibility", "checked", tests=tests)


def assess(case: Case) -> None:
    """Every assessor by themselves; each gives other scores."""
    procurement = Procurement.objects.get(pk=case.pk)
    offers, qualities = found.offers(procurement), assessments.qualities(procurement)
    tasks = CaseTask.objects.filter(case=case, finished=None, part="", flow_task__endswith=".assessment")
    for seat, task in enumerate(tasks.select_related("seat__person__user").order_by("pk")):
        me = task.seat
        assert me is not None
        declare(case, me)
        given = [
            Given(
                offer=offer.pk, criterion=each.pk, reason="Goed onderbouwd en concreet.",
                points=SCORES[(place + seat + at) % len(SCORES)] * each.max_score / 10,
            )
            for place, offer in enumerate(offers) for at, each in enumerate(qualities)
        ]  # fmt: skip
        do(me, case, "assessment", "assessed", given=given)


def agree(case: Case) -> None:
    """The middle of what they gave."""
    me = holder(case, "consensus")
    declare(case, me)
    procurement = Procurement.objects.get(pk=case.pk)
    given: dict[tuple[int, str], list[Decimal]] = {}
    for each in assessments.sheet(procurement).given:
        given.setdefault((each.entry, each.criterion), []).append(each.points)
    agreed = [
        Agreed(
            entry=entry, criterion=code, points=sorted(own)[len(own) // 2], reason="Besproken, en hierop uitgekomen."
        )
        for (entry, code), own in given.items()
    ]
    do(me, case, "consensus", "agreed", agreed=agreed)


def _holding(positions: Sequence[int] | set[int]) -> list[Appointment]:
    held = Position.objects.filter(pk__in=positions)
    today = Appointment.objects.filter(holding_on(clock.today()), position__in=held)
    return list(today.select_related("person__user", "person__name").order_by("id"))


def make_keys(case: Case) -> None:
    """In time for the release."""
    enrol_keys(case.scheme)


def hand_in_all(case: Case, count: int = 3) -> None:
    """The first providers of the regeling tender, each at another price."""
    firms = [str(each) for each in Provider.objects.filter(scheme=case.scheme_id).order_by("pk")[:count]]
    for number, firm in enumerate(firms):
        hand_in(case, firm, Decimal("0.90") + Decimal("0.03") * number)


def open_desk(case: Case) -> None:
    """By two, or from the platform: as was chosen at the release."""
    desk = found.desk_of(Procurement.objects.get(pk=case.pk))
    if desk is not None and desk.mode == TenderDesk.Mode.SEALED:
        open_together(case)
    else:
        open_outside(case)


# What a story calls each step, from keys to ranking.
STEPS: dict[str, Callable[[Case], None]] = {
    "keys": make_keys,
    "tenders": hand_in_all,
    "opening": open_desk,
    "eligibility": test_all,
    "assessment": assess,
    "consensus": agree,
}
