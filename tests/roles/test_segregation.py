"""Rules 2 to 6 of rolzuiverheid, each as a table."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roles.rules.segregation import (
    DISPENSED,
    DOUBLE_HAT,
    NAMED_PAIR,
    Earlier,
    Kind,
    Pair,
    hats,
    may_approve,
    pairs,
    recusal,
)
from roles.rules.verdict import Granted, GroundNeeded, Refused

TODAY = date(2026, 11, 21)
BEFORE, AFTER = TODAY + timedelta(days=1), TODAY  # the date of the regeling, seen from today
AS_CLIENT = [Earlier("client", "decide")]
AS_OWNER = [Earlier("owner", "decide")]
INDIVIDUAL, VOTE, OFFICE = Kind


@pytest.mark.parametrize(
    ("kind", "capacity", "earlier", "since", "ground", "expected"),
    [
        # an own judgement, in the other capacity than before
        (INDIVIDUAL, "owner", AS_CLIENT, None, "", GroundNeeded),
        (INDIVIDUAL, "owner", AS_CLIENT, None, "  ", GroundNeeded),
        (INDIVIDUAL, "owner", AS_CLIENT, None, "niemand anders", (DOUBLE_HAT,)),
        (INDIVIDUAL, "client", AS_OWNER, None, "niemand anders", (DOUBLE_HAT,)),
        (INDIVIDUAL, "owner", AS_CLIENT, BEFORE, "niemand anders", (DOUBLE_HAT,)),
        (INDIVIDUAL, "owner", AS_CLIENT, AFTER, "niemand anders", Refused),
        (INDIVIDUAL, "client", AS_OWNER, AFTER, "niemand anders", Refused),
        # a vote is never blocked, and always flagged
        (VOTE, "owner", AS_CLIENT, None, "", (DOUBLE_HAT,)),
        (VOTE, "owner", AS_CLIENT, AFTER, "", (DOUBLE_HAT,)),
        # a secretary or clerk judges nothing
        (OFFICE, "owner", AS_CLIENT, AFTER, "", ()),
        # no opposite interest
        (INDIVIDUAL, "owner", AS_OWNER, AFTER, "", ()),
        (INDIVIDUAL, "owner", [], AFTER, "", ()),
        (INDIVIDUAL, "contractor", AS_CLIENT + AS_OWNER, AFTER, "", ()),
        (INDIVIDUAL, "adviser", AS_CLIENT, AFTER, "", ()),
        (INDIVIDUAL, "supervisor", AS_OWNER, AFTER, "", ()),
        (INDIVIDUAL, "owner", [Earlier("contractor", "propose")], AFTER, "", ()),
        # a remark or a document is no act in a role
        (INDIVIDUAL, "owner", [Earlier("client", "")], AFTER, "", ()),
    ],
)
def test_client_and_owner_in_one_case(
    kind: Kind, capacity: str, earlier: list[Earlier], since: date | None, ground: str, expected: object
) -> None:
    verdict = hats(kind=kind, capacity=capacity, earlier=earlier, segregated_from=since, today=TODAY, ground=ground)
    if isinstance(expected, tuple):
        assert verdict == Granted(expected)
    else:
        assert type(verdict) is expected


def test_a_refusal_says_what_to_do_and_why() -> None:
    verdict = hats(kind=INDIVIDUAL, capacity="owner", earlier=AS_CLIENT, segregated_from=AFTER, today=TODAY, ground="x")
    assert isinstance(verdict, Refused)
    assert "Laat een ander" in verdict.reason
    assert "21-11-2026" in verdict.article


PREPARE_ASSESS = Pair("prepare", "assess", "art. 4 lid 1")
RECORD_CONFIRM = Pair("record", "confirm", "art. 4 lid 3")


@pytest.mark.parametrize(
    ("kind", "duty", "done", "dispensed", "expected"),
    [
        (INDIVIDUAL, "assess", "prepare", [], Refused),
        (INDIVIDUAL, "prepare", "assess", [], Refused),  # a pair has no direction
        (OFFICE, "assess", "prepare", [], Refused),
        (INDIVIDUAL, "assess", "prepare", ["assess"], (DISPENSED,)),
        (INDIVIDUAL, "assess", "prepare", ["accept"], Refused),
        (INDIVIDUAL, "assess", "assess", [], ()),  # doing the same again is no pair
        (INDIVIDUAL, "propose", "prepare", [], ()),
        (VOTE, "assess", "prepare", [], (NAMED_PAIR,)),  # never a lawful vote
        (VOTE, "confirm", "record", [], Refused),  # who wrote the record does not vouch for it
        (VOTE, "confirm", "record", ["confirm"], (DISPENSED,)),
    ],
)
def test_named_pairs(kind: Kind, duty: str, done: str, dispensed: list[str], expected: object) -> None:
    verdict = pairs(
        kind=kind,
        duty=duty,
        earlier=[Earlier("contractor", done)],
        named=[PREPARE_ASSESS, RECORD_CONFIRM],
        dispensed=dispensed,
    )
    if isinstance(expected, tuple):
        assert verdict == Granted(expected)
    else:
        assert type(verdict) is expected


def test_a_refused_pair_names_both_duties_in_dutch_and_its_article() -> None:
    verdict = pairs(
        kind=INDIVIDUAL, duty="assess", earlier=[Earlier("client", "prepare")], named=[PREPARE_ASSESS], dispensed=[]
    )
    assert isinstance(verdict, Refused)
    assert "opstellen" in verdict.reason
    assert "beoordelen" in verdict.reason
    assert verdict.article == "art. 4 lid 1"


def test_who_declared_an_interest_stays_out_altogether() -> None:
    assert isinstance(recusal(recused=True), Refused)
    assert recusal(recused=False) == Granted()


@pytest.mark.parametrize(
    ("approver", "granted"),
    [(1, False), (2, False), (3, True)],
    ids=["who asked", "who it is for", "a third"],
)
def test_an_exception_takes_two(approver: int, granted: bool) -> None:
    assert isinstance(may_approve(approver=approver, requester=1, beneficiary=2), Granted) is granted


capacities = st.sampled_from(["owner", "client", "contractor", "adviser", "supervisor"])
duties = st.sampled_from(["prepare", "align", "assess", "propose", "advise", "decide", "record", "accept", ""])
pasts = st.lists(st.builds(Earlier, capacities, duties), max_size=6)


@given(capacities, duties, pasts, st.none() | st.just(AFTER), st.text())
def test_no_past_ever_blocks_a_lawful_vote(
    capacity: str, duty: str, earlier: list[Earlier], since: date | None, ground: str
) -> None:
    named = [PREPARE_ASSESS, RECORD_CONFIRM, Pair("advise", "decide", "art. x")]
    assert isinstance(
        hats(kind=VOTE, capacity=capacity, earlier=earlier, segregated_from=since, today=TODAY, ground=ground), Granted
    )
    assert isinstance(pairs(kind=VOTE, duty=duty, earlier=earlier, named=named, dispensed=[]), Granted)


@given(capacities, pasts, st.text(), st.sampled_from(Kind))
def test_the_date_only_ever_makes_it_stricter(capacity: str, earlier: list[Earlier], ground: str, kind: Kind) -> None:
    def verdict(since: date | None) -> object:
        return hats(kind=kind, capacity=capacity, earlier=earlier, segregated_from=since, today=TODAY, ground=ground)

    if isinstance(verdict(AFTER), Granted):
        assert verdict(None) == verdict(AFTER)
