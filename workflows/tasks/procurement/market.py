"""The papers, and the market until it closes, in the order of the flow."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from cases.models import Document, Instrument, Procurement, TenderDesk
from cases.rules import procurement_law as law
from cases.selectors import tenders
from cases.services import procurement as change
from cases.services import seals
from cases.services.procurement import Told
from escalation.rules.calendar import written
from escalation.rules.terms import Basis, Term, Unit, day_of
from roles.authorize import NotAllowed
from roles.rules.verdict import Refused
from workflows.awarding import write_stopped_letters
from workflows.engine import Work
from workflows.tasks.procurement.content import procurement_of
from workflows.tasks.procurement.preparing import choice_of, require_fit


def papers(work: Work, outcome: str) -> None:
    """The papers themselves are documents of the case."""


def legal_check(work: Work, outcome: str) -> None:
    """Four eyes: by another than who wrote them (a named pair). The judgement is in the act."""


def release(
    work: Work, outcome: str, *, told: Told | None = None, mode: str = TenderDesk.Mode.OUTSIDE, platform: str = ""
) -> None:
    """The law of the day of the notice decides, also where it is another than that of the strategy (Aw 2.14)."""
    if outcome != "released":
        return
    assert told is not None
    procurement = procurement_of(work)
    if not Document.objects.filter(case=work.case).exists():
        raise NotAllowed(
            Refused("Voeg eerst de inkoopstukken toe: de markt moet weten wat er wordt gevraagd.", "Aw 2.66")
        )
    if day_of(told.published_at) < day_of(work.now):
        raise NotAllowed(Refused("Een aankondiging gaat vandaag uit, of later.", "Aw 2.62"))
    choice = choice_of(procurement, procurement.lots.count())
    require_fit(work, choice, ground=str(procurement.fit_ground or ""), day=day_of(told.published_at))
    first = first_closing(procurement, told.published_at)
    if day_of(told.closing_at) < first.day:
        raise NotAllowed(Refused(first.reason, first.article))
    work.details["closing"] = told.closing_at.isoformat()
    change.release(procurement=procurement, told=told)
    if procurement.instrument != Instrument.OPEN_HOUSE:
        _open_desk(work, procurement, mode, platform)


def _open_desk(work: Work, procurement: Procurement, mode: str, platform: str) -> None:
    """Where tenders come in. Under seal only when there are enough openers, each with a key: fixed from here on."""
    ready = tenders.readiness(procurement)
    if mode == TenderDesk.Mode.SEALED and not ready.suffices:
        raise NotAllowed(Refused(ready.reason, seals.SEAL))
    keys = ready.keys if mode == TenderDesk.Mode.SEALED else []
    desk = seals.open_desk(procurement=procurement, mode=mode, platform=platform, keys=keys)
    work.details |= {"desk": desk.pk, "mode": mode, "openers": [key.fingerprint for key in keys]}


def clarification(work: Work, outcome: str, *, told: Told) -> None:
    procurement = procurement_of(work)
    assert procurement.closing_at is not None
    if outcome == "changed":
        if told.closing_at <= procurement.closing_at:
            raise NotAllowed(
                Refused("Na een wezenlijke wijziging krijgt de markt langer: kies een latere sluiting.", "Aw 2.54")
            )
        if day_of(told.published_at) > last_answer(told.closing_at):
            raise NotAllowed(
                Refused("Wat wezenlijk wijzigt, is ten minste tien dagen voor de nieuwe sluiting bekend.", "Aw 2.54")
            )
        change.extend(procurement=procurement, told=told)
        work.details["closing"] = told.closing_at.isoformat()
        return
    last = last_answer(procurement.closing_at)
    if day_of(told.published_at) > last:
        raise NotAllowed(
            Refused(
                f"Antwoorden moeten uiterlijk {written(last)} bekend zijn. Nu dat voorbij is, krijgt de markt langer: "
                "kies ‘Wezenlijk gewijzigd, met een latere sluiting’.",
                "Aw 2.54",
            )
        )
    change.clarify(procurement=procurement, told=told)


def no_tenders(work: Work, outcome: str) -> None:
    if outcome == "new_round":
        change.begin_round(procurement=procurement_of(work))
    else:
        write_stopped_letters(work, work.motivation)


class First:
    """The first day on which a market may close, and by what."""

    def __init__(self, least: law.Least, published: date) -> None:
        term = _term(least)
        self.last_day, self.day = term.last_day(published), term.last_day(published) + timedelta(days=1)
        self.article, self.legal, self.days = least.article, least.legal, least.days

    @property
    def reason(self) -> str:
        by = f"wettelijk: {self.article}" if self.legal else "afgesproken"
        return (
            f"De markt heeft ten minste {self.days} hele dagen vanaf de dag na de aankondiging ({by}). "
            f"De eerste dag waarop u kunt sluiten, is {written(self.day)}."
        )


def first_closing(procurement: Procurement, published_at: datetime) -> First:
    """The whole of the least term has passed by then; where it ends in a weekend, it ends later (Atw 1)."""
    published = day_of(published_at)
    least = law.least_term(instrument=procurement.instrument, procedure=procurement.procedure, day=published)
    return First(least, published)


def last_answer(closing_at: datetime) -> date:
    """The last day on which answers to questions still reach the market in time."""
    least = law.term("clarification", day_of(closing_at))
    return _term(least, backward=True).last_day(closing_at)


def _term(least: law.Least, *, backward: bool = False) -> Term:
    basis = Basis.LEGAL if least.legal else Basis.AGREED
    return Term(least.days, Unit.CALENDAR_DAYS, backward=backward, basis=basis, article=least.article)


CHANGES: dict[str, Callable[..., None]] = {
    "papers": papers,
    "legal_check": legal_check,
    "release": release,
    "clarification": clarification,
    "no_tenders": no_tenders,
}
