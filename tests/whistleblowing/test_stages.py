"""Where a report stands and what may be done with it, as tables; the cast: Silke and Tariq handle, Hanna stands in."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from escalation.whistleblowing.rules.facts import Fact
from escalation.whistleblowing.rules.flow import FLOW, ORDER, STEPS, Stage
from escalation.whistleblowing.rules.stages import Standing, Turn, fold
from roles.rules.verdict import Granted, Refused

Told = tuple[str, str, dict[str, Any]]

SILKE, TARIQ, HANNA, REPORTER = "silke", "tariq", "hanna", "reporter"
RECEIVED = datetime(2026, 5, 7, 9, tzinfo=UTC)
TODAY = date(2026, 6, 1)
KEPT_UNTIL = date(2028, 6, 1)

# What brings a report to each stage, each by Silke unless it says otherwise.
RECEIPT = ("receive", REPORTER, {"identity": "confidential"})
FREE = ("check_conflict", SILKE, {"outcome": "free"})
ALSO_FREE = ("check_conflict", TARIQ, {"outcome": "free"})
INVOLVED = ("check_conflict", TARIQ, {"outcome": "involved"})
ACKNOWLEDGED: Told = ("acknowledge", SILKE, {})
ADMITTED: Told = ("admit", SILKE, {})
REFUSED: Told = ("refuse_admission", SILKE, {})
ONGOING = ("investigate", SILKE, {"outcome": "ongoing"})
CONCLUDED = ("investigate", SILKE, {"outcome": "concluded"})
INTERIM = ("inform", SILKE, {"outcome": "interim"})
WITH_MEASURES = ("inform", SILKE, {"outcome": "measures"})
WITHOUT_MEASURES = ("inform", SILKE, {"outcome": "none"})
LAST_MEASURE = ("measure", SILKE, {"outcome": "last"})
CARED_FOR = ("aftercare", SILKE, {"outcome": "done"})
CLOSED = ("close", SILKE, {"keep_until": KEPT_UNTIL.isoformat()})
PROPOSED: Told = ("propose_destruction", SILKE, {})
GONE: Told = ("destroy", TARIQ, {})
ASKED = ("request_identity", SILKE, {"request": 4})
APPROVED = ("approve_identity", TARIQ, {"request": 4})
SEEN = ("see_identity", SILKE, {"request": 4})
NOTICE = ("disclose_by_law", SILKE, {"outcome": "notice"})
CONSENT: Told = ("consent", REPORTER, {})

BEGUN = (RECEIPT, FREE, ALSO_FREE)
ADMISSION = (*BEGUN, ACKNOWLEDGED)
INVESTIGATION = (*ADMISSION, ADMITTED)
INFORMATION = (*INVESTIGATION, CONCLUDED)
MEASURES = (*INFORMATION, WITH_MEASURES)
AFTERCARE = (*MEASURES, LAST_MEASURE)
CLOSING = (*AFTERCARE, CARED_FOR)
KEEPING = (*CLOSING, CLOSED)


def standing(told: Sequence[Told]) -> Standing:
    """A day between each two acts."""
    return fold(Fact(verb, RECEIVED + timedelta(days=day), by, said) for day, (verb, by, said) in enumerate(told))


@pytest.mark.parametrize(
    ("told", "stage"),
    [
        ((RECEIPT,), Stage.CONFLICT),
        ((RECEIPT, INVOLVED), Stage.CONFLICT),
        ((RECEIPT, INVOLVED, FREE), Stage.ACKNOWLEDGEMENT),
        (BEGUN, Stage.ACKNOWLEDGEMENT),
        (ADMISSION, Stage.ADMISSION),
        ((*ADMISSION, INTERIM), Stage.ADMISSION),
        (INVESTIGATION, Stage.INVESTIGATION),
        ((*INVESTIGATION, ONGOING, INTERIM), Stage.INVESTIGATION),
        ((*INVESTIGATION, CONSENT, ASKED, APPROVED, SEEN), Stage.INVESTIGATION),
        (INFORMATION, Stage.INFORMATION),
        ((*INFORMATION, INTERIM), Stage.INFORMATION),
        (MEASURES, Stage.MEASURES),
        ((*INFORMATION, WITHOUT_MEASURES), Stage.AFTERCARE),
        ((*ADMISSION, REFUSED), Stage.INFORMATION),
        ((*ADMISSION, REFUSED, WITHOUT_MEASURES), Stage.AFTERCARE),
        ((*MEASURES, ("measure", SILKE, {"outcome": "more"})), Stage.MEASURES),
        (AFTERCARE, Stage.AFTERCARE),
        ((*AFTERCARE, ("aftercare", SILKE, {"outcome": "harm"})), Stage.AFTERCARE),
        (CLOSING, Stage.CLOSING),
        (KEEPING, Stage.KEEPING),
        ((*KEEPING, PROPOSED), Stage.KEEPING),
        ((*KEEPING, PROPOSED, GONE), Stage.DESTROYED),
        ((*ADMISSION, ("add", REPORTER, {}), ("a_verb_of_later", SILKE, {})), Stage.ADMISSION),
    ],
)
def test_each_step_leads_to_the_next_stage(told: Sequence[Told], stage: Stage) -> None:
    assert standing(told).stage is stage


FIRST = (RECEIPT, FREE)


@pytest.mark.parametrize(
    ("told", "verb", "who", "outcome", "why"),
    [
        ((RECEIPT,), "check_conflict", SILKE, "free", ""),
        ((RECEIPT,), "acknowledge", SILKE, "", "niet in deze fase: belangenconflict"),
        (FIRST, "acknowledge", SILKE, "", ""),
        (FIRST, "acknowledge", TARIQ, "", "Verklaar eerst of u betrokken bent"),
        (FIRST, "note", TARIQ, "", "Verklaar eerst of u betrokken bent"),
        (FIRST, "check_conflict", SILKE, "free", "U hebt al verklaard"),
        (FIRST, "check_conflict", SILKE, "involved", ""),
        ((RECEIPT, INVOLVED, FREE), "acknowledge", TARIQ, "", "u behandelt deze melding niet"),
        ((RECEIPT, INVOLVED, FREE), "check_conflict", TARIQ, "free", "u behandelt deze melding niet"),
        ((*INVESTIGATION, ("check_conflict", SILKE, {"outcome": "involved"})), "note", SILKE, "", "behandelt deze"),
        (ADMISSION, "acknowledge", SILKE, "", "niet in deze fase"),
        (ADMISSION, "investigate", SILKE, "", "niet in deze fase"),
        (ADMISSION, "inform", SILKE, "interim", ""),
        (INVESTIGATION, "inform", SILKE, "measures", "past niet bij de fase"),
        (INVESTIGATION, "investigate", SILKE, "concluded", ""),
        (INFORMATION, "inform", TARIQ, "measures", ""),
        (AFTERCARE, "measure", SILKE, "more", ""),
        (AFTERCARE, "measure", SILKE, "last", "past niet bij de fase"),
        (AFTERCARE, "close", SILKE, "", "niet in deze fase"),
        (KEEPING, "aftercare", SILKE, "harm", ""),
        (KEEPING, "message", SILKE, "question", ""),
        (KEEPING, "interview", SILKE, "other", "niet in deze fase"),
        (KEEPING, "propose_destruction", SILKE, "", "bewaard tot"),
        (KEEPING, "destroy", TARIQ, "", "geen voorstel"),
        ((*KEEPING, PROPOSED), "destroy", SILKE, "", "Een ander dan de voorsteller"),
        ((*KEEPING, PROPOSED), "destroy", TARIQ, "", ""),
        ((*KEEPING, PROPOSED), "destroy", HANNA, "", "Verklaar eerst"),
        ((*KEEPING, PROPOSED, GONE), "note", SILKE, "", "niet in deze fase: vernietigd"),
        ((("receive", REPORTER, {}), FREE), "request_identity", SILKE, "", "bleef anoniem"),
        ((("receive", REPORTER, {"identity": "named"}), FREE), "request_identity", SILKE, "", "staat in het gesprek"),
        (BEGUN, "request_identity", SILKE, "", ""),
        ((*BEGUN, ASKED), "request_identity", SILKE, "", "al een verzoek"),
        ((*BEGUN, ASKED), "approve_identity", SILKE, "", "geen verzoek van iemand anders"),
        ((*BEGUN, ASKED), "approve_identity", TARIQ, "", ""),
        ((*BEGUN, ASKED), "see_identity", SILKE, "", "nog geen verzoek van u goedgekeurd"),
        ((*BEGUN, ASKED, APPROVED), "see_identity", SILKE, "", ""),
        ((*BEGUN, ASKED, APPROVED), "see_identity", TARIQ, "", "nog geen verzoek van u goedgekeurd"),
        ((*BEGUN, ASKED, APPROVED, SEEN), "see_identity", SILKE, "", "nog geen verzoek van u goedgekeurd"),
        ((*BEGUN, ASKED, APPROVED, SEEN), "request_identity", SILKE, "", ""),
        (BEGUN, "refer", SILKE, "passed", ""),
        (BEGUN, "refer", SILKE, "named", "stemde niet in"),
        ((*BEGUN, CONSENT), "refer", SILKE, "named", ""),
        ((*BEGUN, CONSENT, ("withdraw_consent", REPORTER, {})), "refer", SILKE, "named", "stemde niet in"),
        (BEGUN, "disclose_by_law", SILKE, "disclosed", "eerst schriftelijk in kennis"),
        (BEGUN, "disclose_by_law", SILKE, "at_once", ""),
        ((*BEGUN, NOTICE), "disclose_by_law", SILKE, "disclosed", ""),
        (BEGUN, "message", SILKE, "an outcome of somebody's own", "past niet bij de fase"),
    ],
)
def test_what_may_be_done_and_by_whom(told: Sequence[Told], verb: str, who: str, outcome: str, why: str) -> None:
    answer = standing(told).may(verb, who, outcome, today=TODAY)
    if why:
        assert isinstance(answer, Refused)
        assert why in answer.reason
    else:
        assert isinstance(answer, Granted)


def test_destruction_waits_for_its_day_and_for_who_wants_to_keep_it() -> None:
    kept = standing(KEEPING)
    assert isinstance(kept.may("propose_destruction", SILKE, today=KEPT_UNTIL), Granted)
    longer = standing((*KEEPING, PROPOSED, ("keep_longer", TARIQ, {"keep_until": "2029-01-01"})))
    assert (longer.proposed_by, longer.keep_until) == ("", date(2029, 1, 1))
    assert isinstance(longer.may("propose_destruction", SILKE, today=KEPT_UNTIL), Refused)


QUESTION = ("message", SILKE, {"outcome": "question"})
TALK = ("interview", SILKE, {"outcome": "reporter", "transcript": "t1"})


@pytest.mark.parametrize(
    ("told", "turn"),
    [
        ((RECEIPT,), Turn.DESK),
        (INVESTIGATION, Turn.DESK),
        ((*INVESTIGATION, QUESTION), Turn.REPORTER),
        ((*INVESTIGATION, QUESTION, ("add", REPORTER, {})), Turn.DESK),
        ((*INVESTIGATION, TALK), Turn.REPORTER),
        ((*INVESTIGATION, TALK, ("add", REPORTER, {"signed": "t2"})), Turn.REPORTER),
        ((*INVESTIGATION, TALK, ("add", REPORTER, {"signed": "t1"})), Turn.DESK),
        ((*INVESTIGATION, TALK, ("add", REPORTER, {"corrects": "t1"})), Turn.DESK),
        ((*INVESTIGATION, QUESTION, ASKED), Turn.SECOND),
        ((*INVESTIGATION, ASKED, APPROVED), Turn.DESK),
        (KEEPING, Turn.NOBODY),
        ((*KEEPING, ("add", REPORTER, {})), Turn.DESK),
        ((*KEEPING, PROPOSED), Turn.SECOND),
    ],
)
def test_whose_turn_it_is(told: Sequence[Told], turn: Turn) -> None:
    assert standing(told).turn is turn


def test_the_term_of_acknowledging_is_hard_on_ascension_day() -> None:
    """Received on 7 May 2026: seven days is Hemelvaartsdag, and nothing shifts; the day before is to aim for."""
    term = standing((RECEIPT,)).acknowledge_by
    assert (term.last, term.target) == (date(2026, 5, 14), date(2026, 5, 13))


@pytest.mark.parametrize(
    ("told", "last"),
    [((RECEIPT,), date(2026, 8, 14)), (BEGUN, date(2026, 8, 14)), (ADMISSION, date(2026, 8, 10))],
)
def test_three_months_run_from_the_acknowledgement_or_else_from_when_it_was_due(
    told: Sequence[Told], last: date
) -> None:
    assert standing(told).inform_by.last == last


def test_the_first_information_is_the_one_that_counts_for_the_term() -> None:
    found = standing((*INVESTIGATION, INTERIM, CONCLUDED, WITH_MEASURES))
    assert found.informed_at == RECEIVED + timedelta(days=len(INVESTIGATION))


def test_a_request_names_its_two_people_and_serves_one_look() -> None:
    found = standing((*BEGUN, ASKED, APPROVED))
    assert (found.request_for(SILKE), found.request_for(TARIQ), found.request_of_another(HANNA)) == ("4", "", "")
    assert standing((*BEGUN, ASKED)).request_of_another(TARIQ) == "4"


def test_who_turns_out_to_be_involved_asks_and_proposes_nothing_any_more() -> None:
    involved = ("check_conflict", SILKE, {"outcome": "involved"})
    assert standing((*BEGUN, ASKED, involved)).request_of_another(TARIQ) == ""
    assert standing((*BEGUN, ASKED, APPROVED, SEEN, involved)).requests["4"].seen
    assert standing((*KEEPING, PROPOSED, involved)).proposed_by == ""


def test_the_path_says_where_it_is_and_what_was_passed_by() -> None:
    path = dict(standing((*ADMISSION, REFUSED)).path)
    assert path["Ontvangst"] == path["Ontvankelijkheid"] == "done"
    assert (path["Onderzoek"], path["Informatie aan de melder"]) == ("skipped", "current")
    assert "Vernietigd" not in path


def test_what_ends_the_stage_is_offered_first() -> None:
    offered = standing(ADMISSION).offers(SILKE, today=TODAY)
    assert [step.verb for step in offered[:2]] == ["admit", "refuse_admission"]
    assert [step.verb for step in standing((RECEIPT,)).offers(SILKE, today=TODAY)] == ["check_conflict"]


@pytest.mark.parametrize("facts", [[], [Fact("acknowledge", RECEIVED, SILKE, {})]])
def test_what_was_never_received_is_no_report(facts: list[Fact]) -> None:
    with pytest.raises(ValueError, match="report"):
        fold(facts)


def test_every_stage_has_a_step_that_ends_it() -> None:
    ended = {step.ends for step in FLOW} - {None}
    assert ended == set(ORDER) - {Stage.DESTROYED}


def test_every_step_can_be_taken_in_the_stage_that_it_ends_and_leads_onwards() -> None:
    for step in STEPS.values():
        if step.ends is not None:
            assert step.ends in step.during
            assert all(ORDER.index(stage) > ORDER.index(step.ends) for stage in step.leads.values())
            assert set(step.leads) <= {*step.outcomes, ""}
