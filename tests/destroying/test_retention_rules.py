"""How long what is kept: a table of examples."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.retention import (
    CASE,
    CLOSED,
    CONTRACT_END,
    PAPER,
    Approving,
    Kept,
    Rule,
    Standing,
    against,
    obstacles,
    term_of,
    within_reach,
)  # fmt: skip

SINCE = date(2020, 1, 1)


def rule(of: str, kind: str, category: str, years: int | None, trigger: str = CLOSED, states: str = "") -> Rule:
    return Rule(
        of=of, kind=kind, category=category, label=category, years=years, trigger=trigger, article="Selectielijst 2020",
        valid_from=SINCE, states=frozenset(states.split()),
    )  # fmt: skip


RULES = [
    rule(CASE, "commission", "16.2", 5),
    rule(CASE, "commission", "16.1", 10, CONTRACT_END, "granted"),
    rule(CASE, "commission", "16.4", 1, CLOSED, "withdrawn"),
    rule(CASE, "contract", "16.1", 10, CONTRACT_END),
    rule(CASE, "procurement", "16.2.2", 3),
    rule(CASE, "escalation", "13.1", 5),
    rule(CASE, "escalation", "13.1.3", None, CLOSED, "referred"),
    rule(PAPER, "tender", "16.2.2", 3),
    rule(PAPER, "letter", "16.1", 10, CONTRACT_END),
    rule(PAPER, "charter", "1.2", None),
]

ENDED = date(2024, 2, 29)
UNTIL = date(2026, 12, 31)


@pytest.mark.parametrize(
    ("kept", "category", "until"),
    [
        (Kept(kind="commission", state="withdrawn", closed_on=ENDED), "16.4", date(2025, 2, 28)),
        (Kept(kind="commission", state="rejected", closed_on=ENDED), "16.2", date(2029, 2, 28)),
        (Kept(kind="commission", state="granted", closed_on=ENDED), "16.1", date(2034, 2, 28)),
        (Kept(kind="commission", state="granted", closed_on=ENDED, contract_ends_on=UNTIL), "16.1", date(2036, 12, 31)),
        (Kept(kind="contract", state="ended", closed_on=UNTIL, contract_ends_on=ENDED), "16.1", date(2036, 12, 31)),
        (Kept(kind="procurement", state="stopped", closed_on=ENDED), "16.2.2", date(2027, 2, 28)),
        # A paper lengthens the term of the case that it is in; it never shortens it.
        (Kept(kind="procurement", state="stopped", closed_on=ENDED, papers=frozenset({"letter", "tender"})), "16.1",
         date(2034, 2, 28)),
        (Kept(kind="commission", state="rejected", closed_on=ENDED, papers=frozenset({"tender"})), "16.2",
         date(2029, 2, 28)),
        (Kept(kind="commission", state="withdrawn", closed_on=ENDED, papers=frozenset({"charter"})), "1.2", None),
        (Kept(kind="commission", state="withdrawn", closed_on=ENDED, papers=frozenset({"unknown"})), "16.4",
         date(2025, 2, 28)),
        (Kept(kind="escalation", state="resolved", closed_on=ENDED), "13.1", date(2029, 2, 28)),
        (Kept(kind="escalation", state="referred", closed_on=ENDED), "13.1.3", None),
    ],
)  # fmt: skip
def test_the_longest_wins(kept: Kept, category: str, until: date | None) -> None:
    term = term_of(kept, RULES)
    assert term is not None
    assert (term.rule.category, term.until) == (category, until)


@pytest.mark.parametrize(
    "kept",
    [
        Kept(kind="commission", state="open", closed_on=None),
        Kept(kind="signal", state="withdrawn", closed_on=ENDED),
        Kept(kind="commission", state="withdrawn", closed_on=date(2019, 12, 31)),
    ],
    ids=["it runs", "no rule for it", "before the list held"],
)
def test_without_a_term_it_stays(kept: Kept) -> None:
    term = term_of(kept, RULES)
    assert term is None
    assert obstacles(term, Standing(), today=date(2099, 1, 1)) == ["Voor deze zaak loopt nog geen bewaartermijn."]


def test_the_list_of_the_day_on_which_it_ended_holds() -> None:
    old = replace(RULES[0], valid_until=date(2024, 12, 31))
    new = replace(RULES[0], years=7, valid_from=date(2025, 1, 1))
    for ended, until in ((date(2024, 6, 1), date(2029, 6, 1)), (date(2025, 6, 1), date(2032, 6, 1))):
        term = term_of(Kept(kind="commission", state="rejected", closed_on=ended), [old, new])
        assert term is not None
        assert term.until == until


@pytest.mark.parametrize(
    ("standing", "says"),
    [
        (Standing(), []),
        (Standing(holds=["Woo-verzoek"]), ["Bevroren: Woo-verzoek."]),
        (Standing(challenged=True), ["Over deze zaak loopt een kort geding of bezwaar."]),
        (Standing(beneath=2), ["Er hangen zaken onder die er nog zijn; die gaan eerst."]),
        (Standing(actions=1), ["Er staan nog acties open die uit deze zaak komen."]),
    ],
)
def test_what_is_in_the_way(standing: Standing, says: list[str]) -> None:
    term = term_of(Kept(kind="commission", state="withdrawn", closed_on=ENDED), RULES)
    assert obstacles(term, standing, today=date(2025, 3, 1)) == says
    assert obstacles(term, standing, today=date(2025, 2, 28)) == ["De bewaartermijn is nog niet voorbij.", *says]


def test_what_is_kept_for_good_never_goes() -> None:
    term = term_of(Kept(kind="escalation", state="referred", closed_on=ENDED), RULES)
    assert obstacles(term, Standing(), today=date(2999, 1, 1)) == ["Deze zaak wordt blijvend bewaard."]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (Approving(approver=1, proposer=2), ""),
        (Approving(approver=1, proposer=1), "Wie de vernietigingslijst opstelde"),
        (Approving(approver=1, proposer=2, acted_in=["OPD-2024-0001"]), "U hebt zelf gehandeld in OPD-2024-0001."),
        (
            Approving(approver=1, proposer=2, acted_in=list("abcdef")),
            "U hebt zelf gehandeld in a, b, c, d, e en andere.",
        ),
    ],
)
def test_who_may_approve(asked: Approving, says: str) -> None:
    assert against(asked).startswith(says)
    assert bool(against(asked)) is bool(says)


ENDS = st.builds(
    Kept,
    kind=st.sampled_from(["commission", "contract", "procurement", "escalation", "meeting"]),
    state=st.sampled_from(["granted", "rejected", "withdrawn", "referred", "stopped"]),
    closed_on=st.dates(date(2019, 1, 1), date(2040, 1, 1)),
    contract_ends_on=st.none() | st.dates(date(2019, 1, 1), date(2045, 1, 1)),
    papers=st.frozensets(st.sampled_from(["tender", "letter", "charter"])),
)
DATED = st.lists(
    st.builds(
        replace,
        st.sampled_from(RULES),
        valid_from=st.dates(date(2018, 1, 1), date(2024, 1, 1)),
        valid_until=st.none() | st.dates(date(2024, 1, 1), date(2030, 1, 1)),
    )
)


@given(ENDS, st.just(RULES) | DATED, st.dates(date(2020, 1, 1), date(2060, 1, 1)))
def test_what_is_over_its_term_is_within_reach(kept: Kept, rules: list[Rule], day: date) -> None:
    term = term_of(kept, rules)
    if term is not None and term.until is not None and term.until <= day:
        assert any(reach.holds(kept) for reach in within_reach(rules, day))


def test_what_is_kept_ten_years_is_not_looked_at_before() -> None:
    granted = Kept(kind="commission", state="granted", closed_on=ENDED)
    assert not any(reach.holds(granted) for reach in within_reach(RULES, date(2034, 2, 26)))
    assert any(reach.holds(granted) for reach in within_reach(RULES, date(2034, 2, 28)))
