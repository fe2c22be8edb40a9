"""The rules of a regeling: how bodies decide, which duties differ, who does which step."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from roles.authorize import Authority
from roles.models import Body, DecisionRule, DutyPair, Role, Scheme, StepBinding
from roles.services.acting import act


def adopt_decision_rule(
    *,
    body: Body,
    valid_from: date,
    quorum: Fraction,
    quorum_exceeds: bool,
    majority: str,
    abstentions_count: bool,
    tie: str,
    written_allowed: bool,
    written_days: int,
    basis: str,
    by_law: bool = False,
    urgent_days: int = 42,
    seats: int = 0,
    stand_in: str = DecisionRule.StandIn.ORGANISATION,
    by: Authority | None = None,
) -> DecisionRule:
    """The next version of how a body decides."""
    with act(chain=body.scheme.chain, verb="adopt_decision_rule", by=by):
        return DecisionRule.objects.create(
            body=body,
            version=body.decision_rules.count() + 1,
            valid_from=valid_from,
            by_law=by_law,
            quorum_numerator=quorum.numerator,
            quorum_denominator=quorum.denominator,
            quorum_exceeds=quorum_exceeds,
            majority=majority,
            abstentions_count=abstentions_count,
            tie=tie,
            written_allowed=written_allowed,
            written_days=written_days,
            urgent_days=urgent_days,
            seats=seats,
            stand_in=stand_in,
            basis=basis,
        )


def separate_duties(
    *, scheme: Scheme, flow: str, first: str, second: str, article: str, above: int | Decimal | None = None,
    by: Authority | None = None,
) -> DutyPair:  # fmt: skip
    """`above`: only in a case about more than this amount."""
    with act(chain=scheme.chain, verb="separate_duties", by=by):
        return DutyPair.objects.create(
            scheme=scheme, flow=flow, first=first, second=second, article=article, above=above
        )


def bind_step(
    *,
    scheme: Scheme,
    flow: str,
    step: str,
    role: Role,
    body: Body | None = None,
    domain: str = "",
    label: str = "",
    note: str = "",
    by: Authority | None = None,
) -> StepBinding:
    """Without a body: whoever has the role in the municipality that is concerned. Without a domain: in all of them."""
    with act(chain=scheme.chain, verb="bind_step", by=by):
        return StepBinding.objects.create(
            scheme=scheme, flow=flow, step=step, role=role, body=body, domain=domain, label=label, note=note
        )
