"""Rounds in writing: own votes, a closing time, and what comes of them."""

from datetime import timedelta
from fractions import Fraction

import pytest
from django.db import transaction

from audit import clock
from audit.models import Act
from cases.models import Ballot, Case, Vote
from escalation.models import Deadline
from roles.authorize import NotAllowed
from roles.models import Body, Scheme
from roles.services.rules import adopt_decision_rule
from roles.services.schemes import set_segregation_date
from tests.workflows.play import (
    ALDERMEN,
    brought_to,
    closing,
    confirm,
    end,
    make_due,
    meet,
    open_round,
    open_steps,
    propose,
    record,
    voting,
)
from workflows import clockwork
from workflows.engine import Stale
from workflows.models import CaseTask

pytestmark = pytest.mark.django_db


def at(step: str) -> Case:
    """A case that waits for this body."""
    if step != "db_decision":
        return brought_to(step)
    case = brought_to("approach")
    propose(case, within_budget=False)
    meet(case, "rmt_validation", "positive")
    meet(case, "pho_decision", "grant")
    return case


def last_ballot(case: Case) -> Ballot:
    ballot = Ballot.objects.filter(case=case).last()
    assert ballot is not None
    return ballot


def last_act(case: Case) -> Act:
    return Act.objects.filter(chain=case.chain).select_related("motivation_text").latest("seq")


def test_a_vote_can_be_changed_until_the_round_closes_and_the_old_one_stays_known() -> None:
    case = at("pho_decision")
    open_round(case, "pho_decision", "grant")
    voting("noor", case, "pho_decision", "against", "Te duur.")()
    voting("noor", case, "pho_decision", "for")()
    vote = Vote.objects.get(ballot__case=case, ballot__step="pho_decision")
    assert vote.choice == "for"
    assert list(vote.history.order_by("history_id").values_list("choice", flat=True)) == ["against", "for"]
    with pytest.raises(NotAllowed, match="Nog 6 van de leden"), transaction.atomic():
        closing(case, "pho_decision")()
    for name in ALDERMEN[1:]:
        voting(name, case, "pho_decision")()
    closing(case, "pho_decision")()
    with pytest.raises(Stale, match="De stemronde is gesloten"), transaction.atomic():
        voting("noor", case, "pho_decision", "against", "Toch niet.")()
    vote.refresh_from_db()
    assert vote.choice == "for"
    confirm(case, "pho_decision")
    assert open_steps(case) == ["acceptance"]


def test_a_late_vote_is_refused_even_before_the_clock_has_come_round() -> None:
    case = at("pho_decision")
    open_round(case, "pho_decision", "grant")
    vote = voting("noor", case, "pho_decision")
    with clock.moved_to(clock.now() + timedelta(days=8)):
        with pytest.raises(Stale, match="De stemronde is gesloten"), transaction.atomic():
            vote()
        [deadline] = Deadline.objects.filter(case=case, state="armed", effect="round")
        assert clockwork.fire(deadline.pk) is True
    assert "Geen quorum: 0 van 7" in last_ballot(case).tally["explanation"]
    assert open_steps(case) == ["pho_decision"]


def test_a_round_closes_by_itself_with_who_voted() -> None:
    case = at("pho_decision")
    open_round(case, "pho_decision", "grant")
    for name in ALDERMEN[:4]:
        voting(name, case, "pho_decision")()
    deadline = Deadline.objects.get(case=case, state="armed", effect="round")
    make_due(deadline)
    assert clockwork.fire(deadline.pk)
    assert last_ballot(case).carried
    assert CaseTask.objects.filter(case=case, part="vote", status="CANCELED").count() == 3
    assert last_act(case).actor == "system"


@pytest.mark.parametrize(
    ("name", "choice", "words"), [("noor", "against", "Motiveer"), ("noor", "perhaps", "Kies voor")]
)
def test_a_vote_that_is_none_is_refused(name: str, choice: str, words: str) -> None:
    case = at("pho_decision")
    open_round(case, "pho_decision", "grant")
    with pytest.raises(NotAllowed, match=words), transaction.atomic():
        voting("noor", case, "pho_decision", choice)()


@pytest.mark.long
@pytest.mark.parametrize("segregated", [None, -30, 30])
def test_an_alderman_votes_on_both_sides_with_a_reason_before_the_date_and_after(segregated: int | None) -> None:
    """A lawful member's vote is never blocked: it is flagged, and counted without as well (domain §3, rule 3)."""
    case = at("db_decision")
    if segregated is not None:
        scheme, since = Scheme.objects.get(code="limburg-noord"), clock.today() + timedelta(days=segregated)
        set_segregation_date(scheme=scheme, segregated_from=since, decision="Besluit van het AB")
    open_round(case, "db_decision", "agree")
    with pytest.raises(NotAllowed, match="eerder op met een andere hoed"), transaction.atomic():
        voting("karim", case, "db_decision")()
    for name in ("karim", "ilse", "daan"):
        voting(name, case, "db_decision", motivation="Als eigenaar: het past in de begroting.")()
        assert last_act(case).flags == "double-hat"
    closing(case, "db_decision")()
    assert last_ballot(case).tally["hinges_on_flagged"] is True
    assert last_ballot(case).tally["without_flagged"].startswith("0 voor, 0 tegen")
    confirm(case, "db_decision")
    assert end(case) == "granted"


@pytest.mark.parametrize(("objecting", "result"), [((), "carried"), (("noor",), "rejected")])
def test_no_objection_within_the_term_is_consent(objecting: tuple[str, ...], result: str) -> None:
    """The quorum of its rule is not asked: who says nothing agrees."""
    adopt_decision_rule(
        body=Body.objects.get(code="pho"), valid_from=clock.today(), quorum=Fraction(1, 2), quorum_exceeds=True,
        majority="no_objection", abstentions_count=False, tie="rejected", written_allowed=True, written_days=7,
        basis="Reglement van orde",
    )  # fmt: skip
    case = at("pho_decision")
    open_round(case, "pho_decision", "grant")
    for name in objecting:
        voting(name, case, "pho_decision", "against", "Te duur.")()
    deadline = Deadline.objects.get(case=case, state="armed", effect="round")
    make_due(deadline)
    assert clockwork.fire(deadline.pk)
    ballot = last_ballot(case)
    assert ballot.tally["result"] == result
    assert f"{7 - len(objecting)} van 7 leden zwegen" in ballot.tally["explanation"]
    if not objecting:
        confirm(case, "pho_decision")
        assert open_steps(case) == ["acceptance"]


def test_one_ballot_at_a_time() -> None:
    case = at("pho_decision")
    open_round(case, "pho_decision", "grant")
    for again in (open_round, record):
        with pytest.raises(Stale, match="loopt al een besluit"), transaction.atomic():
            again(case, "pho_decision", "grant")
