"""The criteria of a granted commission are frozen: no way in, for nobody; only annotations come beside them."""

from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction
from django.utils.timezone import localdate

from audit import clock
from audit.selectors import trail
from audit.services import acting
from cases.models import Case, Criterion, CriterionNote
from config.demo.players import hat, who
from roles.authorize import NotAllowed
from tests.workflows import evaluate, play
from tests.workflows.test_amendments import answer, proposed
from workflows import evaluating
from workflows.engine import Gone


@pytest.mark.long
def test_nobody_changes_a_criterion_of_what_was_granted(db: None) -> None:
    commission = evaluate.granted(scale="local").commission
    kept = commission.criteria.get()
    other = play.submitted().commission.criteria.get()

    def moved() -> None:
        other.commission = commission
        other.save()

    def moved_away() -> None:
        kept.commission_id = other.commission_id
        kept.save()

    def added() -> None:
        Criterion.objects.create(
            commission=commission, criterion=kept.criterion, norm=kept.norm, measurement=kept.measurement,
            measured_on=kept.measured_on,
        )  # fmt: skip

    for change in (kept.save, kept.delete, added, moved, moved_away):
        with pytest.raises(IntegrityError, match="frozen"), acting(chain=commission.case.chain, verb="test"):
            change()
    assert Criterion.objects.filter(commission=commission).count() == 1


STATEMENTS = (
    "UPDATE cases_criterion SET measured_on = measured_on + 1 WHERE commission_id = %s",
    "DELETE FROM cases_criterion WHERE commission_id = %s",
    "INSERT INTO cases_criterion (commission_id, criterion_id, norm_id, measurement_id, measured_on)"
    " SELECT commission_id, criterion_id, norm_id, measurement_id, measured_on FROM cases_criterion"
    " WHERE commission_id = %s",
)


def test_the_owner_of_the_tables_changes_none_either(committed: None) -> None:
    case = evaluate.granted(scale="local")
    for alias, statement in product(("default", "owner"), STATEMENTS):
        with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            cursor.execute("SELECT audit_open(NULL)")
            with pytest.raises(IntegrityError, match="frozen"):
                cursor.execute(statement, [case.pk])
            transaction.set_rollback(True, using=alias)


def test_a_state_that_is_changed_back_opens_nothing(db: None) -> None:
    case = evaluate.granted(scale="local")
    with acting(chain=case.chain, verb="test_state"):
        case.state = Case.State.OPEN
        case.save(update_fields=["state"])
    with pytest.raises(IntegrityError, match="frozen"), acting(chain=case.chain, verb="test"):
        case.commission.criteria.get().delete()


def test_until_it_is_granted_criteria_change_with_what_is_asked(db: None) -> None:
    case = play.submitted()
    play.align(case, disagreeing=["els"])
    play.as_submitter(case, "alignment_question", "adapt", request=play.a_request(), motivation="Aangepast.")
    assert case.commission.criteria.count() == 1


def test_a_frozen_criterion_is_only_annotated_by_name_and_day(db: None) -> None:
    case = evaluate.granted(scale="local")
    [criterion] = case.commission.criteria.all()
    words: dict[str, Any] = {
        "case_id": case.pk,
        "criterion_id": criterion.pk,
        "words": "De norm is landelijk nu 5 weken.",
    }
    evaluating.annotate(**who(hat("marleen")), **words)
    note = CriterionNote.objects.get()
    assert (str(note.text), note.author.person, localdate(note.said_at)) == (
        words["words"],
        hat("marleen").person,
        clock.today(),
    )
    act = trail(case.chain).last()
    assert act is not None
    assert (act.verb, act.actor) == ("annotate", hat("marleen").person.actor)
    running = play.brought_to("intake")
    with pytest.raises(NotAllowed, match="pas vast"):
        evaluating.annotate(**who(hat("marleen")), **(words | {"case_id": running.pk}))
    with pytest.raises(Gone):
        evaluating.annotate(**who(hat("marleen")), **(words | {"criterion_id": 999_999}))


@pytest.mark.long
def test_a_granted_commission_still_changes_in_what_may_change(db: None) -> None:
    commission = evaluate.granted()
    case = proposed(commission, "term", years=6)
    answer(case)
    play.as_bound(
        case, "assessment", "positive", extra_cost=Decimal(0), extra_hours=0, planning="", within_budget=True,
        within_capacity=True,
    )  # fmt: skip
    play.meet(case, "pho_decision", "grant")
    play.as_bound(case, "amend_acceptance", "accept")
    commission.commission.refresh_from_db()
    assert commission.commission.years == 6
