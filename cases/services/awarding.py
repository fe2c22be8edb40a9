"""From the advice on the award to what was signed and told, in the order of the flow (domain §5.2, steps 11 to 14)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cases.models import (
    Application,
    Award,
    AwardLetter,
    AwardNotice,
    Challenge,
    Contract,
    Document,
    Lot,
    Procurement,
    Provider,
)
from cases.rules.award import Course, Pick
from cases.services.words import rewrite, write
from roles.authorize import Authority


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who a pick is about: the provider, and where it stands; nowhere where nothing was compared."""

    provider: Provider
    place: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """What came in against a decision, and of whom."""

    kind: str
    provider: int
    received_on: date
    subject: str
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """Who applied for which lot of an open house, and when."""

    provider: str
    lot: int
    received_on: date
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was found of an application."""

    declared: bool
    suitable: bool
    accepts: bool
    reason: str

    @property
    def fits(self) -> bool:
        return self.declared and self.suitable and self.accepts


def propose(
    *, procurement: Procurement, picks: Sequence[Pick], course: Course, candidates: Mapping[int, Candidate]
) -> list[Award]:
    """Who wins, in the place of who was proposed before."""
    procurement.awards.all().delete()
    awards = [_award(procurement, pick, course, candidates[pick.candidate]) for pick in picks]
    procurement.awarded = sum((award.ceiling for award in awards), Decimal(0))
    procurement.agreed_by_owner = False  # what the board agreed to earlier was something else
    procurement.save(update_fields=["awarded", "agreed_by_owner"])
    return awards


def _award(procurement: Procurement, pick: Pick, course: Course, who: Candidate) -> Award:
    return Award.objects.create(
        procurement=procurement, lot_id=pick.lot, provider=who.provider, place=who.place,
        annual_amount=pick.annual_amount, ceiling=course.worth(pick.annual_amount), starts_on=course.starts_on,
        years=course.years, option_years=course.option_years, option_times=course.option_times,
        reason=write(procurement.case, pick.reason), deviation=rewrite(procurement.case, None, pick.deviation),
    )  # fmt: skip


def tell(
    *, procurement: Procurement, sent_on: date, statutory: bool, target: date | None, last: date | None, waived: str
) -> AwardNotice:
    """Every tenderer is told, and nobody signs until both dates have passed; none: it was waived, or nobody lost."""
    notice = AwardNotice.objects.create(
        procurement=procurement, sent_on=sent_on, statutory=statutory, target=target, last=last,
        waived=rewrite(procurement.case, None, waived),
    )  # fmt: skip
    procurement.standstill_until = notice.stands_until
    procurement.save(update_fields=["standstill_until"])
    return notice


def add_letter(*, notice: AwardNotice, provider: Provider, wins: bool, document: Document) -> AwardLetter:
    return AwardLetter.objects.create(notice=notice, provider=provider, wins=wins, document=document)


def object_to(*, notice: AwardNotice, objection: Objection) -> Challenge:
    """Somebody objects: the contract waits for what comes of it."""
    return Challenge.objects.create(
        notice=notice, kind=objection.kind, provider_id=objection.provider, received_on=objection.received_on,
        subject=write(notice.procurement.case, objection.subject), reference=objection.reference,
    )  # fmt: skip


def settle(*, challenge: Challenge, result: str, ruling: str, ended_on: date) -> None:
    """What the judge, or the MGR itself, decided on it."""
    challenge.result, challenge.ended_on = result, ended_on
    challenge.ruling = write(challenge.notice.procurement.case, ruling)
    challenge.save(update_fields=["result", "ended_on", "ruling"])


def sign(*, procurement: Procurement, on: date) -> None:
    procurement.signed_on = on
    procurement.save(update_fields=["signed_on"])


def publish(*, procurement: Procurement, reference: str, on: date, bundled: bool) -> None:
    """What was awarded is announced (Aw 2.134)."""
    procurement.award_reference, procurement.award_published_on = reference, on
    procurement.award_bundled = bundled
    procurement.save(update_fields=["award_reference", "award_published_on", "award_bundled"])


def apply(*, procurement: Procurement, lot: Lot, provider: Provider, applied: Applied) -> Application:
    """A provider wants to be admitted to an open house."""
    return Application.objects.create(
        procurement=procurement, lot=lot, provider=provider, received_on=applied.received_on,
        note=rewrite(procurement.case, None, applied.note),
    )  # fmt: skip


def decide(*, application: Application, checked: Checked, by: Authority) -> None:
    """Who meets all that is asked is admitted, and nobody else: an open house chooses nobody."""
    application.declared, application.suitable = checked.declared, checked.suitable
    application.accepts = checked.accepts
    application.state = Application.State.ADMITTED if checked.fits else Application.State.REFUSED
    application.reason = rewrite(application.procurement.case, None, checked.reason)
    application.decided_by_id, application.decided_on = by.appointment_id, by.today
    application.save()


def admitted(*, application: Application, contract: Contract) -> None:
    """The contract that came of it."""
    application.contract = contract
    application.save(update_fields=["contract"])
