"""Which term holds for which step."""

from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from audit.models import Act
from escalation.models import TermRule
from roles.models.fields import holding_on


def rules_of(scheme_id: int) -> QuerySet[TermRule]:
    """Every rule that holds, held or will hold in a regeling, those of all regelingen first; the latest last."""
    found = TermRule.objects.filter(Q(scheme=scheme_id) | Q(scheme=None))
    return found.order_by("flow", "step", F("scheme").asc(nulls_first=True), "valid_from", "id")


def in_force(scheme_id: int, flow: str, day: date) -> dict[str, TermRule]:
    """Step -> its rule: the regeling's own goes before the one of all regelingen. One query."""
    return {rule.step: rule for rule in rules_of(scheme_id).filter(holding_on(day), flow=flow)}


def history_of(scheme_id: int, flow: str, step: str) -> list[tuple[TermRule, Act]]:
    """Every rule that there ever was for a step, the latest first, each with the act that made it. Two queries."""
    rules = list(rules_of(scheme_id).filter(flow=flow, step=step).order_by("-valid_from", F("scheme").asc(), "-id"))
    made = TermRule.history.filter(id__in=[rule.pk for rule in rules], history_type="+")
    acts = {each.id: each.act for each in made.select_related("act__motivation_text")}
    return [(rule, acts[rule.pk]) for rule in rules]


def frozen_terms(scheme_id: int, flow: str, day: date) -> dict[str, Any]:
    """The same as a case keeps it."""
    return {step: rule.term.as_json() for step, rule in in_force(scheme_id, flow, day).items()}
