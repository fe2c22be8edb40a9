"""Who does a step, how a body decides, and what a mandate covers."""

from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from audit.clock import TODAY, now
from roles.authorize import NotAllowed
from roles.models import Body, DecisionRule, Mandate, Organisation, Position, Scheme, StepBinding
from roles.models.fields import holding_on
from roles.rules.verdict import Refused


def binding(scheme: Scheme, flow: str, step: str) -> list[StepBinding]:
    """Who does a step in this regeling; more than one where any of them may."""
    bound = StepBinding.objects.filter(scheme=scheme, flow=flow, step=step)
    return list(bound.select_related("body", "role").order_by("id"))


def bound_positions(scheme: Scheme, flow: str, step: str, organisation: Organisation | None = None) -> list[Position]:
    """The positions that a step is bound to; what is bound to "the municipality concerned" needs to know which."""
    found = Q(pk=None)
    for bound in binding(scheme, flow, step):
        if bound.body_id is not None:
            found |= Q(body=bound.body_id, role=bound.role_id)
        elif organisation is not None:
            found |= Q(body__organisation=organisation, body__kind=Body.Kind.MUNICIPALITY, role=bound.role_id)
    return list(Position.objects.filter(found).select_related("body", "role").order_by("id"))


def rule_in_force(body: Body, on: date | None = None) -> DecisionRule:
    """How a body decides on a day; the row's `version` is frozen into the decision."""
    rule = body.decision_rules.filter(valid_from__lte=on or TODAY).order_by("-version").first()
    if rule is None:
        raise NotAllowed(Refused(f"Voor {body} is geen besluitregel vastgesteld. Leg die eerst vast.", "Besluitregels"))
    return rule


def rule_by_position(position_id: int) -> DecisionRule | None:
    """How the body decides whose secretary this is; none where no rule was set. One query."""
    rules = DecisionRule.objects.filter(body__positions=position_id, valid_from__lte=TODAY)
    return rules.select_related("body").order_by("-version").first()


def rules_in_force(scheme: Scheme, on: date | None = None) -> dict[int, DecisionRule]:
    """How each body of a regeling decides on a day, by the id of the body. One query."""
    rules = DecisionRule.objects.filter(body__scheme=scheme, valid_from__lte=on or TODAY)
    return {rule.body_id: rule for rule in rules.order_by("body", "-version").distinct("body")}


def mandate_covers(*, position_id: int, power: str, amount: Decimal | None, domain: str, scale: str) -> bool:
    """Is there a mandate by which the holder of a position may decide this now?"""
    covering = Mandate.objects.filter(
        in_force(),
        receiving=position_id,
        power=power,
        domain__in=("", domain),
        scale__in=("", scale),
    )
    if amount is not None:
        covering = covering.filter(Q(max_amount=None) | Q(max_amount__gte=amount))
    return covering.exists()


def mandate_register(scheme: Scheme) -> QuerySet[Mandate]:
    """Every version of every mandate, the last version of a number first."""
    return (
        Mandate.objects.filter(scheme=scheme)
        .select_related("parent", "granting__body", "granting__role", "receiving__body", "receiving__role")
        .order_by("number", "-version")
    )


def in_force() -> Q:
    """The mandates that may be relied on now."""
    return holding_on(TODAY) & (Q(revoked_at=None) | Q(revoked_at__gt=now()))
