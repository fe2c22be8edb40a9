"""Termijnregels: how long there is for each step, for all regelingen or in one. A change is a rule of its own."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from audit import clock
from escalation.models import TermRule
from escalation.rules.keeping import may_hold
from escalation.rules.terms import Term
from roles.authorize import Authority
from roles.models import Scheme
from roles.models.fields import holding_on
from roles.services.acting import act, require

SYSTEM = "system"


def adopt_terms(*, scheme: Scheme | None, rows: Iterable[Mapping[str, Any]]) -> list[TermRule]:
    """Rules from data, as far as they are not there yet; without a regeling they are for all. What is there stays."""
    there = set(TermRule.objects.filter(scheme=scheme).values_list("flow", "step", "valid_from"))
    new = [_rule(scheme, row) for row in rows if (row["flow"], row["step"], row["from"]) not in there]
    if new:
        with act(chain=scheme.chain if scheme else SYSTEM, verb="adopt_terms", by=None):
            for rule in new:
                _end_before(rule)
                rule.save(force_insert=True)
    return new


def change_term(
    *, scheme: Scheme, flow: str, step: str, term: Term, valid_from: date, reason: str, by: Authority
) -> TermRule:
    """What holds in this regeling from a day on. Cases that run keep what they started with.

    Raises NotAllowed where it would be longer than the law.
    """
    rule = TermRule(scheme=scheme, flow=flow, step=step, valid_from=valid_from, **asdict(term))
    with act(chain=scheme.chain, verb="change_term", by=by) as running:
        require(may_hold(term, law_for(flow, step, valid_from), valid_from=valid_from, today=clock.today()))
        running.motivation = reason
        running.details = {"flow": flow, "step": step, "term": term.words, "from": valid_from.isoformat()}
        for planned in TermRule.objects.filter(scheme=scheme, flow=flow, step=step, valid_from__gte=valid_from):
            planned.delete()
        _end_before(rule)
        rule.save(force_insert=True)
    return rule


def law_for(flow: str, step: str, day: date) -> Term | None:
    """What a law sets for a step, on a day."""
    found = TermRule.objects.filter(
        holding_on(day), scheme=None, flow=flow, step=step, basis=TermRule.Basis.LEGAL
    ).order_by("-valid_from")
    rule = found.first()
    return rule.term if rule else None


def _rule(scheme: Scheme | None, row: Mapping[str, Any]) -> TermRule:
    """Raises TypeError for a key that means nothing."""
    given = {key: value for key, value in row.items() if key not in ("from", "until")}
    return TermRule(scheme=scheme, valid_from=row["from"], valid_until=row.get("until"), **given)


def _end_before(rule: TermRule) -> None:
    """Whatever holds on the day that a rule begins ends on the day before."""
    running = TermRule.objects.filter(
        holding_on(rule.valid_from), scheme=rule.scheme, flow=rule.flow, step=rule.step,
        valid_from__lt=rule.valid_from,
    )  # fmt: skip
    for before in running:
        before.valid_until = rule.valid_from - timedelta(days=1)
        before.save(update_fields=["valid_until"])
