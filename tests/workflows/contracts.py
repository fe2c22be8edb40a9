"""Contracts by the names of the cast: each helper does one thing, in the hat that fits."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from audit import clock
from audit.services import acting
from cases.models import Case, Contract, Lot, Provider
from cases.rules.addendum import Proposal
from cases.rules.period import years_later
from cases.services.contracts import Agreed, open_contract
from cases.services.procurement import open_procurement
from config.demo import players
from config.demo.players import hat
from escalation.models import Deadline
from roles.models import Organisation, Scheme
from tests.workflows import play
from workflows import clockwork, contract_care, contract_figures, sql
from workflows.contract_care import Asker
from workflows.contracting import begin_contract

DAY = timedelta(days=1)
MANAGERS = {"limburg-noord": "linda", "centraal-gelderland": "ellen"}
LOTS = {"limburg-noord": "jeugd-ambulant", "centraal-gelderland": "jeugd-ambulant"}


def a_contract(
    *, scheme: str = play.SCHEME, provider: str = "", lot: str = "", amount: int = 300_000, years: int = 4,
    starts_on: date | None = None, ends_on: date | None = None, options: tuple[int, int] = (1, 2),
    under: Case | None = None,
) -> Contract:  # fmt: skip
    """One of a commission that was granted, as its procurement would leave it."""
    parent = under or granted(scheme)
    found = Scheme.objects.get(code=scheme)
    starts_on = starts_on or clock.today()
    ends_on = ends_on or years_later(starts_on, years) - DAY
    who = next(iter(Provider.objects.filter(scheme=found, **({"name": provider} if provider else {}))))
    own_id, me = sql.reserve_case_id(), hat(MANAGERS[scheme])
    with acting(chain=f"case/{own_id}", verb="submit", step="contract/1/register_contract"):
        contract = open_contract(
            case_id=own_id, number=f"CON-{starts_on.year}-{sql.next_number(found.pk, starts_on.year):04}",
            parent=parent, organisation=Organisation.objects.get(scheme=found, kind="mgr"), submitted_by=me.pk,
            at=clock.now(), agreed=Agreed(
                provider=who, lot=Lot.objects.get(scheme=found, code=lot or LOTS[scheme]), starts_on=starts_on,
                ends_on=ends_on, annual_amount=Decimal(amount), ceiling=Decimal(amount * (years + 2)),
                option_years=options[0], option_times=options[1],
            ),
        )  # fmt: skip
        begin_contract(contract.case, user_id=None, submitter=me.position_id, now=clock.now())
    return contract


def granted(scheme: str) -> Case:
    """What was bought, under which contracts may stand; each scheme has one in a test."""
    found = Case.objects.filter(scheme__code=scheme, kind=Case.Kind.PROCUREMENT).first()
    if found is not None:
        return found
    commission, own_id, year = play.submitted(scheme=scheme), sql.reserve_case_id(), clock.today().year
    with acting(chain=f"case/{own_id}", verb="submit", step="procurement/1/start_procurement"):
        return open_procurement(
            case_id=own_id, number=f"INK-{year}-{sql.next_number(commission.scheme_id, year):04}", parent=commission,
            organisation=commission.organisation, submitted_by=hat(MANAGERS[scheme]).pk, at=clock.now(),
        ).case  # fmt: skip


def asker(name: str) -> Asker:
    me = hat(name)
    assert me.person.user_id is not None
    return Asker(user_id=me.person.user_id, appointment_id=me.pk)


def pass_by(case: Case) -> None:
    """What the case waits for comes."""
    deadline = Deadline.objects.get(case=case, state="armed")
    play.make_due(deadline)
    assert clockwork.fire(deadline.pk)


def signalled(**options: Any) -> Contract:
    """A contract whose end came in sight: somebody has to decide."""
    contract = a_contract(**({"starts_on": clock.today() - timedelta(days=900)} | options))
    pass_by(contract.case)
    return contract


def decide(contract: Contract, outcome: str) -> None:
    play.as_bound(contract.case, "expiry_decision", outcome, motivation="Zo is het afgesproken.")


def talk(contract: Contract, *, by: str = "linda", reason: str = "Wachttijden.") -> Case:
    return contract_care.open_review(asker=asker(by), case_id=contract.pk, planned_for=play.in_days(14), reason=reason)


def held(review: Case, **minutes: Any) -> None:
    """Prepared, held and written down; somebody else still has to confirm it."""
    play.as_bound(review, "review_preparation", "prepared", preparation="Cijfers tot en met oktober.")
    play.as_bound(review, "review_talk", "held", held_on=clock.today(), present="De directeur van de aanbieder.")
    play.as_bound(review, "review_minutes", "written", **({"minutes": "Er komt een wachtlijstteam."} | minutes))


def a_proposal(change: str = "amount", **changes: Any) -> Proposal:
    given: dict[str, Any] = {"change": change, "effective_on": play.in_days(30)}
    if change == "amount":
        given["annual_amount"] = Decimal(310_000)
    return Proposal(**(given | changes))


def addendum(contract: Contract, *, by: str = "linda", ground: str = "slight", **proposal: Any) -> Case:
    return contract_care.propose_addendum(
        asker=asker(by), case_id=contract.pk, proposal=a_proposal(**proposal), ground=ground,
        words={"words": "Meer uren begeleiding.", "reason": "De vraag groeit."},
    )  # fmt: skip


def measure(contract: Contract, value: str, *, code: str = "wachttijd", by: str = "linda", **changes: Any) -> None:
    period = changes.pop("period", clock.today().replace(day=1))
    contract_figures.measure(
        **players.who(hat(by)), case_id=contract.pk, code=code, period=period, value=Decimal(value),
        source="Berichtenverkeer",
    )  # fmt: skip


def running(contract: Contract) -> Contract:
    """As it stands now."""
    return Contract.objects.select_related("case").get(pk=contract.pk)
