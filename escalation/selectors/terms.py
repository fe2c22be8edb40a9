"""Which term holds for which step."""

from collections import defaultdict
from collections.abc import Sequence
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
    """Step -> its rule. One query."""
    of_step: dict[str, list[TermRule]] = defaultdict(list)
    for rule in rules_of(scheme_id).filter(holding_on(day), flow=flow):
        of_step[rule.step].append(rule)
    return {step: first_of(rules) for step, rules in of_step.items()}


def first_of(holding: Sequence[TermRule]) -> TermRule:
    """Of the rules that hold for a step: the regeling's own, unless a law came after it.

    A law that is new ends what a regeling agreed on before; it may agree on something stricter again.
    """
    own = [rule for rule in holding if rule.scheme_id is not None]
    general = [rule for rule in holding if rule.scheme_id is None]
    if own and general and general[-1].basis == TermRule.Basis.LEGAL and general[-1].valid_from > own[-1].valid_from:
        return general[-1]
    return (own or general)[-1]


def history_of(scheme_id: int, flow: str, step: str) -> list[tuple[TermRule, Act]]:
    """Every rule that there ever was for a step, the latest first, each with the act that made it. Two queries."""
    rules = list(rules_of(scheme_id).filter(flow=flow, step=step).order_by("-valid_from", F("scheme").asc(), "-id"))
    made = TermRule.history.filter(id__in=[rule.pk for rule in rules], history_type="+")
    acts = {each.id: each.act for each in made.select_related("act__motivation_text")}
    return [(rule, acts[rule.pk]) for rule in rules]


def frozen_terms(scheme_id: int, flow: str, day: date) -> dict[str, Any]:
    """The same as a case keeps it."""
    return {step: rule.term.as_json() for step, rule in in_force(scheme_id, flow, day).items()}
