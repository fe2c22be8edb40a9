"""The steps of opdrachtverstrekking, in the order of the flow (domain §5.1)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from cases import selectors
from cases.models import Alignment, Asks, Case, Commission, Criterion, Remark, Share
from cases.services.consents import ask_partners
from cases.services.improvements import Reply, reply
from cases.services.municipal import note_number
from cases.services.shares import leave, sum_up
from cases.services.words import rewrite, write
from roles.authorize import Authority
from roles.models import Organisation, Scheme


@dataclass(frozen=True, slots=True, kw_only=True)
class Kader:
    """An evaluatiekader as the submitter writes it."""

    criterion: str
    norm: str
    measurement: str
    measured_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The wat-vraag. Shares are euros per year by organisation id; the estimate is their sum.

    `partners` are the regions beside this one, by organisation id; only a supraregional commission has them. Replies
    are given once, when it is submitted.
    """

    title: str
    domain: str
    scale: str
    care_form: str = ""
    asks_colleges: str = Asks.NOTHING
    partners: Collection[int] = ()
    occasion: str
    aim: str
    target_group: str
    intended_result: str
    risks: str
    start_date: date
    years: int
    shares: Mapping[int, Decimal]
    criteria: Sequence[Kader]
    # What is done with the actions that earlier evaluations left open in the domain, by their ids.
    replies: Mapping[int, Reply] = field(default_factory=dict)

    @property
    def annual_amount(self) -> Decimal:
        return sum(self.shares.values(), Decimal(0))


def open_commission(
    *,
    case_id: int,
    number: str,
    scheme: Scheme,
    organisation: Organisation,
    by: Authority,
    at: datetime,
    request: Request,
    origin: Case | None = None,
) -> Commission:
    """The case, its commission, shares and criteria. The act in chain `case/<case_id>` is already open."""
    case = Case(
        pk=case_id, scheme=scheme, kind=Case.Kind.COMMISSION, number=number, organisation=organisation,
        submitted_by_id=by.appointment_id, phase="request", opened_at=at,
    )  # fmt: skip
    case.title = write(case, request.title)
    case.save(force_insert=True)
    commission = Commission(
        case=case,
        origin=origin,
        domain=request.domain,
        scale=request.scale,
        care_form=request.care_form,
        asks_colleges=request.asks_colleges,
        occasion=write(case, request.occasion),
        aim=write(case, request.aim),
        target_group=write(case, request.target_group),
        intended_result=write(case, request.intended_result),
        risks=rewrite(case, None, request.risks),
        start_date=request.start_date,
        annual_amount=request.annual_amount,
        years=request.years,
    )
    commission.save(force_insert=True)
    for organisation_id, amount in request.shares.items():
        Share.objects.create(commission=commission, organisation_id=organisation_id, annual_amount=amount)
    ask_partners(commission=commission, organisations=request.partners)
    _write_criteria(commission, request.criteria)
    reply(commission=commission, replies=request.replies)
    return commission


def adapt(*, commission: Commission, request: Request, new_round: bool) -> None:
    """The submitter changes the wat-vraag. In a new round the municipalities are asked again.

    Domain and scale stay: they decide which bodies decide, and that was settled when the case began.
    """
    case = commission.case
    title = rewrite(case, case.title, request.title)
    if title is not None and title.pk != case.title_id:
        case.title = title
        case.save(update_fields=["title"])
    commission.care_form = request.care_form
    commission.asks_colleges = request.asks_colleges
    for name in ("occasion", "aim", "target_group", "intended_result", "risks"):
        setattr(commission, name, rewrite(case, getattr(commission, name), getattr(request, name)))
    commission.start_date = request.start_date
    commission.years = request.years
    commission.annual_amount = request.annual_amount
    commission.alignment_round += int(new_round)
    commission.save()
    known = {share.organisation_id: share for share in commission.shares.all()}
    for organisation_id, amount in request.shares.items():
        share = known.pop(organisation_id, None) or Share(commission=commission, organisation_id=organisation_id)
        share.annual_amount, share.takes_part = amount, True
        share.save()
    for share in known.values():
        if share.takes_part:
            leave(share)
    ask_partners(commission=commission, organisations=request.partners)
    for criterion in commission.criteria.all():
        criterion.delete()
    _write_criteria(commission, request.criteria)


def align(
    *, commission: Commission, organisation_id: int, by: Authority | None, political: str = "", content: str = "",
    back_office: str = "", operations: str = "", note: str = "", own_reference: str = "",
    council_date: date | None = None,
) -> None:  # fmt: skip
    """What one municipality answers; without `by`, that it did not answer in time."""
    Alignment.objects.create(
        commission=commission,
        organisation_id=organisation_id,
        round=commission.alignment_round,
        political=political,
        content=content,
        back_office=back_office,
        operations=operations,
        note=rewrite(commission.case, None, note),
        own_reference=own_reference,
        council_date=council_date,
        answered_by_id=by.appointment_id if by else None,
    )
    note_number(commission=commission, organisation_id=organisation_id, own_reference=own_reference)


def go_on_without_disagreeing(*, commission: Commission) -> list[str]:
    """The municipalities that said no leave; their share lapses and the estimate with it. Returns their names."""
    gone = selectors.disagreeing(commission)
    for share in commission.shares.filter(organisation__in=gone, takes_part=True):
        leave(share)
    sum_up(commission)
    return [organisation.name for organisation in gone]


def assess(
    *, commission: Commission, board_client: int | None, official_client: int | None, owner: int | None,
    project_lead: int | None,
) -> None:  # fmt: skip
    """Rolvalidatie: who is who, as appointments."""
    commission.board_client_id = board_client
    commission.official_client_id = official_client
    commission.owner_id = owner
    commission.project_lead_id = project_lead
    commission.save(update_fields=["board_client", "official_client", "owner", "project_lead"])


def advise_against(*, commission: Commission) -> None:
    """The intake advises not to do it; the advice stays in the file."""
    commission.advised_against = True
    commission.save(update_fields=["advised_against"])


def ask(*, case: Case, step: str, by: Authority, at: datetime, question: str) -> Remark:
    """A question to whoever submitted."""
    return Remark.objects.create(
        case=case,
        kind=Remark.Kind.QUESTION,
        step=step,
        text=write(case, question),
        author_id=by.appointment_id,
        stood_in_by_id=by.stood_in_by_id,
        said_at=at,
    )


def answer(*, case: Case, step: str, by: Authority, at: datetime, words: str) -> Remark:
    """An answer to the last question that is still open."""
    return Remark.objects.create(
        case=case, kind=Remark.Kind.ANSWER, step=step, text=write(case, words), author_id=by.appointment_id, said_at=at,
        stood_in_by_id=by.stood_in_by_id, answers=selectors.open_question(case),
    )  # fmt: skip


def propose(
    *, commission: Commission, strategy: str, hours: int, planning: str, cost: Decimal, approach_risks: str,
    within_budget: bool, within_capacity: bool, criteria_agreed: bool,
) -> None:  # fmt: skip
    """Hoe-voorstel: how the MGR would do it. A new proposal needs a new decision of the owner."""
    case = commission.case
    commission.strategy = rewrite(case, commission.strategy, strategy)
    commission.planning = rewrite(case, commission.planning, planning)
    commission.approach_risks = rewrite(case, commission.approach_risks, approach_risks)
    commission.hours = hours
    commission.cost = cost
    commission.within_budget = within_budget
    commission.within_capacity = within_capacity
    commission.criteria_agreed = criteria_agreed
    commission.agreed_by_owner = False
    commission.save()


def defer(*, commission: Commission, until: date) -> None:
    """The decision waits for a date (aanhouden)."""
    commission.deferred_until = until
    commission.save(update_fields=["deferred_until"])


def agree_as_owner(*, commission: Commission) -> None:
    """The owner finds room for it; the director may accept on that decision."""
    commission.agreed_by_owner = True
    commission.save(update_fields=["agreed_by_owner"])


def accept(*, commission: Commission, conditions: str) -> None:
    """The director accepts, with conditions or without."""
    commission.conditions = rewrite(commission.case, commission.conditions, conditions)
    commission.save(update_fields=["conditions"])


def _write_criteria(commission: Commission, criteria: Sequence[Kader]) -> None:
    for kader in criteria:
        Criterion.objects.create(
            commission=commission,
            criterion=write(commission.case, kader.criterion),
            norm=write(commission.case, kader.norm),
            measurement=write(commission.case, kader.measurement),
            measured_on=kader.measured_on,
        )
