"""Terms by rule and by edge: each row says what is counted, from when, and which two dates the law makes of it."""

from datetime import date, datetime
from functools import partial
from typing import Any

import pytest

from escalation.rules.terms import AMSTERDAM, Basis, Term, Unit, end_of

DAYS, WORKING, WEEKS, MONTHS, YEARS = (
    Unit.CALENDAR_DAYS, Unit.WORKING_DAYS, Unit.WEEKS, Unit.MONTHS, Unit.YEARS,
)  # fmt: skip
legal = partial(Term, basis=Basis.LEGAL)
agreed = Term
sas = partial(Term, 20, DAYS, waits=True, article="Aanbestedingsleidraad SAS")

ATW_1, ATW_2, ATW_4 = (
    "Algemene termijnenwet art. 1 lid 1",
    "Algemene termijnenwet art. 2",
    "Algemene termijnenwet (art. 4)",
)
BACK = "Algemene termijnenwet art. 1 lid 2"
AGREED = "de termijn is afgesproken en staat niet in een wet"

# Sentence, term, start, streefdatum, uiterste datum, and what the reason names (nothing: there is none).
VECTORS: list[tuple[str, Term, str, str, str, str]] = [
    # domain §6
    ("Aw 2.127: a standstill of 20 days ends on 5 May and so on the 6th",
     legal(20, DAYS, waits=True), "2026-04-15", "2026-05-06", "2026-05-06", ATW_1),
    ("Wbk: 7 days end on Hemelvaart and stay there; plan for the day before",
     agreed(7, DAYS, article="Wbk art. 2"), "2026-05-07", "2026-05-13", "2026-05-14", "Wbk art. 2"),
    ("Wgr 35: twelve weeks back from the AB",
     legal(12, WEEKS, backward=True), "2026-06-24", "2026-04-01", "2026-04-01", ""),
    # Atw 1.1
    ("an end on a working day stays", legal(1, WEEKS), "2026-06-01", "2026-06-08", "2026-06-08", ""),
    ("a Saturday goes to Monday", legal(1, WEEKS), "2026-05-02", "2026-05-08", "2026-05-11", ATW_1),
    ("a Sunday goes to Monday", legal(1, WEEKS), "2026-05-03", "2026-05-08", "2026-05-11", ATW_1),
    ("Goede Vrijdag goes past Easter", legal(1, WEEKS), "2026-03-27", "2026-04-02", "2026-04-07", ATW_1),
    ("the Saturday before Easter too", legal(1, WEEKS), "2026-03-28", "2026-04-02", "2026-04-07", ATW_1),
    ("Easter Monday goes to Tuesday", legal(2, WEEKS), "2026-03-23", "2026-04-02", "2026-04-07", ATW_1),
    ("Koningsdag goes to the day after", legal(6, WEEKS), "2026-03-16", "2026-04-24", "2026-04-28", ATW_1),
    ("Koningsdag on a Thursday goes past the Friday that is equated",
     legal(2, WEEKS), "2028-04-13", "2028-04-26", "2028-05-01", ATW_1),
    ("Bevrijdingsdag counts in any year, also one that ends in neither 0 nor 5",
     legal(1, WEEKS), "2026-04-28", "2026-05-04", "2026-05-06", ATW_1),
    ("Bevrijdingsdag, Hemelvaart and the Friday in one go",
     legal(1, WEEKS), "2027-04-28", "2027-05-04", "2027-05-10", ATW_1),
    ("Hemelvaart goes past the Friday and the weekend",
     legal(1, WEEKS), "2026-05-07", "2026-05-13", "2026-05-18", ATW_1),
    ("the Friday after Hemelvaart is equated", legal(1, WEEKS), "2026-05-08", "2026-05-13", "2026-05-18", ATW_1),
    ("the one of 2028 too", legal(6, WEEKS), "2028-04-14", "2028-05-24", "2028-05-29", ATW_1),
    ("Whit Monday goes to Tuesday", legal(6, WEEKS), "2026-04-13", "2026-05-22", "2026-05-26", ATW_1),
    ("both days of Christmas and the Sunday", legal(2, WEEKS), "2026-12-11", "2026-12-24", "2026-12-28", ATW_1),
    ("New Year's Day goes past 2 January 2026", legal(2, WEEKS), "2025-12-18", "2025-12-31", "2026-01-05", ATW_1),
    ("2 January 2026 is equated", legal(2, WEEKS), "2025-12-19", "2025-12-31", "2026-01-05", ATW_1),
    ("one day over New Year's Eve", legal(1, DAYS), "2026-12-31", "2027-01-04", "2027-01-04", ATW_1),
    # Atw 2
    ("three days over Easter get two working days", legal(3, DAYS), "2026-04-02", "2026-04-08", "2026-04-08", ATW_2),
    ("three days with one working day get another", legal(3, DAYS), "2026-06-05", "2026-06-08", "2026-06-09", ATW_2),
    ("three days that end on a Sunday, with one", legal(3, DAYS), "2026-06-04", "2026-06-05", "2026-06-08", ATW_2),
    ("three days with two working days only shift", legal(3, DAYS), "2026-06-03", "2026-06-05", "2026-06-08", ATW_1),
    ("two days are too few for the rule", legal(2, DAYS), "2026-06-05", "2026-06-08", "2026-06-08", ATW_1),
    ("one day is too", legal(1, DAYS), "2026-06-05", "2026-06-08", "2026-06-08", ATW_1),
    ("four days with two working days before Christmas",
     legal(4, DAYS), "2026-12-22", "2026-12-24", "2026-12-28", ATW_1),
    ("four days with one of them", legal(4, DAYS), "2026-12-23", "2026-12-24", "2026-12-28", ATW_2),
    ("five days without any", legal(5, DAYS), "2027-05-04", "2027-05-11", "2027-05-11", ATW_2),
    ("three days back over Easter begin earlier",
     legal(3, DAYS, backward=True), "2026-04-07", "2026-04-01", "2026-04-01", ATW_2),
    ("an agreed term has no such rule", agreed(3, DAYS), "2026-04-02", "2026-04-05", "2026-04-05", AGREED),
    # Atw 1.2
    ("Aw 2.54: ten days back to a Sunday stay there",
     legal(10, DAYS, backward=True), "2026-04-15", "2026-04-02", "2026-04-05", BACK),
    ("twelve weeks back to Bevrijdingsdag",
     legal(12, WEEKS, backward=True), "2026-07-28", "2026-05-04", "2026-05-05", BACK),
    ("a month back to a short one", legal(1, MONTHS, backward=True), "2026-03-31", "2026-02-27", "2026-02-28", BACK),
    ("a month back to the same day", agreed(1, MONTHS, backward=True), "2026-05-31", "2026-04-30", "2026-04-30", ""),
    ("a year back from a leap day", agreed(1, YEARS, backward=True), "2028-02-29", "2027-02-26", "2027-02-28", AGREED),
    ("ten working days back over Easter", agreed(10, backward=True), "2026-04-20", "2026-04-02", "2026-04-02", ""),
    ("three working days back over Hemelvaart", agreed(3, backward=True), "2026-05-18", "2026-05-11", "2026-05-11", ""),
    # Atw 4
    ("ninety days are the Atw's", legal(90, DAYS), "2026-02-02", "2026-05-01", "2026-05-04", ATW_1),
    ("ninety-one are not", legal(91, DAYS), "2026-02-01", "2026-05-01", "2026-05-03", ATW_4),
    ("twelve weeks are", legal(12, WEEKS), "2026-02-07", "2026-05-01", "2026-05-04", ATW_1),
    ("thirteen are not", legal(13, WEEKS), "2026-01-31", "2026-05-01", "2026-05-02", ATW_4),
    ("three months are", legal(3, MONTHS), "2026-02-02", "2026-05-01", "2026-05-04", ATW_1),
    ("four are not", legal(4, MONTHS), "2026-01-02", "2026-05-01", "2026-05-02", ATW_4),
    ("a year is not", legal(1, YEARS), "2025-04-27", "2026-04-24", "2026-04-27", ATW_4),
    # months and years
    ("a month from the 31st ends on the last day", agreed(1, MONTHS), "2026-01-31", "2026-02-27", "2026-02-28", AGREED),
    ("of a leap year too", agreed(1, MONTHS), "2028-01-31", "2028-02-29", "2028-02-29", ""),
    ("a month from the 28th ends on the 28th", agreed(1, MONTHS), "2026-02-28", "2026-03-27", "2026-03-28", AGREED),
    ("a month from the 30th", agreed(1, MONTHS), "2026-11-30", "2026-12-30", "2026-12-30", ""),
    ("a month over the end of the year", agreed(1, MONTHS), "2026-12-31", "2027-01-29", "2027-01-31", AGREED),
    ("three months into February", agreed(3, MONTHS), "2026-11-30", "2027-02-26", "2027-02-28", AGREED),
    ("twenty-four months", agreed(24, MONTHS), "2026-03-31", "2028-03-31", "2028-03-31", ""),
    ("a year from a leap day", agreed(1, YEARS), "2028-02-29", "2029-02-28", "2029-02-28", ""),
    ("four years from a leap day", agreed(4, YEARS), "2028-02-29", "2032-02-27", "2032-02-29", AGREED),
    ("a week over a leap day", agreed(1, WEEKS), "2028-02-24", "2028-03-02", "2028-03-02", ""),
    # working days
    ("ten over Easter", agreed(10), "2026-04-01", "2026-04-17", "2026-04-17", ""),
    ("ten over Christmas and New Year", agreed(10), "2026-12-23", "2027-01-08", "2027-01-08", ""),
    ("one from a Friday", agreed(1), "2026-06-05", "2026-06-08", "2026-06-08", ""),
    ("one from the day before Hemelvaart", agreed(1), "2026-05-13", "2026-05-18", "2026-05-18", ""),
    ("five over Bevrijdingsdag", agreed(5), "2026-05-04", "2026-05-12", "2026-05-12", ""),
    ("five from a Saturday", agreed(5), "2026-06-06", "2026-06-12", "2026-06-12", ""),
    ("twenty through all of May", agreed(20), "2026-04-21", "2026-05-26", "2026-05-26", ""),
    ("five of a law", legal(5, WORKING), "2026-05-13", "2026-05-22", "2026-05-22", ""),
    # agreed, and what a rule says of itself
    ("an agreed end on a Saturday stays", agreed(1, WEEKS), "2026-05-02", "2026-05-08", "2026-05-09", AGREED),
    ("it shifts where its rule says so",
     agreed(20, DAYS, shifts=True, article="Inkoopreglement art. 3"), "2026-04-15", "2026-05-04", "2026-05-06",
     "Inkoopreglement art. 3"),
    ("and back where it is counted back", agreed(10, DAYS, shifts=True, backward=True, article="Reglement van orde"),
     "2026-04-15", "2026-04-02", "2026-04-02", "Reglement van orde"),
    ("a rule may also say that it does not", legal(1, WEEKS, shifts=False), "2026-03-27", "2026-04-02", "2026-04-03",
     "de regel zelf sluit dat uit"),
    ("Wbk: three months end on Hemelvaart", agreed(3, MONTHS, article="Wbk art. 2"), "2026-02-14", "2026-05-13",
     "2026-05-14", "Wbk art. 2"),
    ("one day from a Friday has no working day to aim for", agreed(1, DAYS), "2026-06-05", "2026-06-06", "2026-06-06",
     AGREED),
    # to be waited out
    ("SAS: agreed, so 5 May counts, and nobody signs before the 6th is over",
     sas(), "2026-04-15", "2026-05-06", "2026-05-05", "Aanbestedingsleidraad SAS"),
    ("SAS that ends on a Sunday", sas(), "2026-04-20", "2026-05-11", "2026-05-10", "na maandag 11 mei 2026"),
    ("SAS that ends on a working day", sas(), "2026-04-16", "2026-05-06", "2026-05-06", ""),
    ("a legal standstill over Hemelvaart",
     legal(20, DAYS, waits=True), "2026-04-24", "2026-05-18", "2026-05-18", ATW_1),
]  # fmt: skip


@pytest.mark.parametrize(
    ("term", "start", "target", "last", "because"), [row[1:] for row in VECTORS], ids=[row[0] for row in VECTORS]
)
def test_a_term_ends(term: Term, start: str, target: str, last: str, because: str) -> None:
    found = term.dates(date.fromisoformat(start))
    assert (found.target.isoformat(), found.last.isoformat()) == (target, last)
    assert found.due == end_of(found.last)
    assert because in found.reason
    assert bool(found.reason) == bool(because)
    assert len(found.reason) <= 500  # what a deadline keeps of it


# Sentence, term, start, the moment, streefdatum.
MOMENTS: list[tuple[str, Term, str, str, str]] = [
    ("24 hours over the start of summer time", agreed(24, Unit.HOURS), "2026-03-28T12:00+01:00",
     "2026-03-29T13:00:00+02:00", "2026-03-29"),
    ("24 hours over its end",
     agreed(24, Unit.HOURS), "2026-10-24T12:00+02:00", "2026-10-25T11:00:00+01:00", "2026-10-25"),
    ("an hour that is not there",
     agreed(1, Unit.HOURS), "2026-03-29T01:30+01:00", "2026-03-29T03:30:00+02:00", "2026-03-29"),
    ("an hour that is there twice", agreed(1, Unit.HOURS), "2026-10-25T02:30+02:00", "2026-10-25T02:30:00+01:00",
     "2026-10-25"),
    ("two hours back over the change", agreed(2, Unit.HOURS, backward=True), "2026-03-29T04:00+02:00",
     "2026-03-29T01:00:00+01:00", "2026-03-27"),
    ("72 hours into a weekend",
     agreed(72, Unit.HOURS), "2026-06-04T16:00+02:00", "2026-06-07T16:00:00+02:00", "2026-06-05"),
    ("48 hours of a law are none of the Atw's", legal(48, Unit.HOURS), "2026-04-02T10:00+02:00",
     "2026-04-04T10:00:00+02:00", "2026-04-02"),
    ("24 hours on working days",
     agreed(24, Unit.HOURS), "2026-06-02T09:15+02:00", "2026-06-03T09:15:00+02:00", "2026-06-03"),
    ("a day from a moment is counted from the Dutch day, in winter", agreed(1), "2026-03-28T23:30+00:00",
     "2026-03-30T23:59:59+02:00", "2026-03-30"),
    ("and in summer", agreed(1, DAYS), "2026-06-30T22:30+00:00", "2026-07-02T23:59:59+02:00", "2026-07-02"),
    ("ten days over the end of summer time", agreed(10, DAYS), "2026-10-20T09:00+02:00", "2026-10-30T23:59:59+01:00",
     "2026-10-30"),
]  # fmt: skip


@pytest.mark.parametrize(("term", "start", "due", "target"), [row[1:] for row in MOMENTS], ids=[r[0] for r in MOMENTS])
def test_a_moment_is_right_in_the_netherlands(term: Term, start: str, due: str, target: str) -> None:
    found = term.dates(datetime.fromisoformat(start))
    assert (found.due.isoformat(), found.target.isoformat()) == (due, target)
    assert found.due.tzinfo is AMSTERDAM
    assert found.last == found.due.date()


@pytest.mark.parametrize(
    "start", [date(2026, 6, 1), datetime(2026, 6, 1, 12)], ids=["a day", "a moment without a zone"]
)
def test_hours_are_counted_from_a_moment_only(start: Any) -> None:
    with pytest.raises(ValueError, match="time zone"):
        Term(4, Unit.HOURS).dates(start)


def test_after_a_standstill_one_may_act_from_the_day_after_both_dates() -> None:
    assert sas().dates(date(2026, 4, 15)).free_from == date(2026, 5, 7)
    assert legal(20, DAYS, waits=True).dates(date(2026, 4, 15)).free_from == date(2026, 5, 7)


def test_a_reason_is_a_sentence_that_anybody_can_follow() -> None:
    assert legal(2, WEEKS).dates(date(2026, 3, 23)).reason == (
        "De termijn loopt af op maandag 6 april 2026 (tweede paasdag). Dat wordt verlengd tot en "
        "met dinsdag 7 april 2026 "
        "(Algemene termijnenwet art. 1 lid 1). Streef naar donderdag 2 april 2026."
    )
    assert agreed(7, DAYS, article="Wbk art. 2").dates(date(2026, 5, 7)).reason == (
        "De termijn loopt af op donderdag 14 mei 2026 (Hemelvaartsdag). Dat schuift niet door: de "
        "termijn is afgesproken "
        "en staat niet in een wet (Wbk art. 2). Wees klaar op woensdag 13 mei 2026."
    )


@pytest.mark.parametrize(
    ("term", "words"),
    [(Term(1), "1 werkdag"), (Term(10), "10 werkdagen"), (legal(12, WEEKS, backward=True), "12 weken terug"),
     (Term(24, Unit.HOURS), "24 uur"), (Term(1, MONTHS), "1 maand"), (Term(2, YEARS), "2 jaar")],
)  # fmt: skip
def test_a_term_in_words(term: Term, words: str) -> None:
    assert term.words == words


def test_what_a_case_keeps_of_a_term_is_what_differs_and_gives_it_back() -> None:
    assert Term(10).as_json() == {"amount": 10}
    for _, term, *_ in VECTORS:
        assert Term.from_json(term.as_json()) == term
