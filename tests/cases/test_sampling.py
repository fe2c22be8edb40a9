"""Drawing a sample: the same again, whoever draws it; docs/sampling.md holds the vector."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules import sampling
from roles.rules.verdict import Granted, Refused

TEN = [f"case/{number}" for number in range(1, 11)]
REFERENCES = st.lists(st.from_regex(r"case/[1-9][0-9]{0,4}(#[1-9][0-9]{0,2})?", fullmatch=True), unique=True)


def test_the_vector_of_the_documentation() -> None:
    assert sampling.draw(TEN, seed="2026", size=3) == ["case/3", "case/2", "case/6"]
    assert sampling.digest(TEN).startswith("32bb579a987d")


@pytest.mark.long
@given(REFERENCES, st.integers(0, 2**64).map(str), st.integers(1, 50))
def test_a_draw_is_the_same_again_in_whatever_order_it_is_asked(there: list[str], seed: str, size: int) -> None:
    drawn = sampling.draw(there, seed=seed, size=size)
    assert sampling.draw(there[::-1], seed=seed, size=size) == drawn
    assert len(drawn) == min(size, len(there)) == len(set(drawn))
    assert set(drawn) <= set(there)
    assert sampling.draw(there, seed=seed, size=size + 1)[: len(drawn)] == drawn
    assert sampling.unpack(sampling.pack(there)) == there


@pytest.mark.long
@given(REFERENCES.filter(bool), st.integers(1, 50))
def test_the_documented_line_of_python_draws_the_same(population: list[str], n: int) -> None:
    seed = "zaadje"
    drawn = sorted(population, key=lambda each: (sha256(f"{seed}\n{each}".encode()).hexdigest(), each))[:n]
    assert sampling.draw(population, seed=seed, size=n) == drawn


def test_every_reference_is_drawn_about_as_often() -> None:
    times = dict.fromkeys(TEN, 0)
    for seed in range(2000):
        for drawn in sampling.draw(TEN, seed=str(seed), size=3):
            times[drawn] += 1
    assert all(520 < often < 680 for often in times.values()), times  # 600, five standard deviations


@pytest.mark.parametrize(
    ("act", "signs"),
    [
        ({"verb": "vote"}, []),
        ({"verb": "vote", "flags": "double-hat"}, ["flagged"]),
        ({"verb": "deadline", "outcome": "missed"}, ["missed"]),
        ({"verb": "deadline", "outcome": "carried"}, []),
        ({"verb": "deadline", "outcome": "review_missed"}, ["missed"]),
        ({"verb": "declare_recusal"}, ["recused"]),
        ({"verb": "approve_dispensation"}, ["exception"]),
        ({"verb": "request_dispensation"}, []),
        ({"verb": "rectify", "flags": "double-hat"}, ["rectified", "flagged"]),
        ({"verb": "decide_urgently", "flags": "urgent"}, ["urgent", "flagged"]),
        ({"verb": "take_emergency"}, ["emergency"]),
        ({"verb": "complete", "near": True}, ["mandate"]),
    ],
)
def test_what_an_act_tells(act: dict[str, object], signs: list[str]) -> None:
    given_act = {"outcome": "", "flags": "", "near": False} | act
    assert sampling.signs_of(**given_act) == signs  # type: ignore[arg-type]


def test_the_riskiest_come_first_and_what_tells_nothing_is_not_drawn() -> None:
    signs = {"case/1": {}, "case/2": {"missed": 1}, "case/3": {"exception": 1}, "case/4": {"missed": 2}, "case/5": {}}
    assert sampling.riskiest(signs, size=10) == ["case/3", "case/4", "case/2"]
    assert sampling.riskiest(signs, size=2) == ["case/3", "case/4"]
    assert sampling.score({"missed": 2, "flagged": 1}) == 7


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [
        ({}, True),
        ({"size": 0}, False),
        ({"size": 200}, True),
        ({"size": 201}, False),
        ({"population": 0}, False),
        ({"population": 200_000}, True),
        ({"population": 200_001}, False),
        ({"seed": "a" * 64}, True),
        ({"seed": "a" * 65}, False),
        ({"seed": "twee woorden"}, False),
        ({"seed": "regel\n"}, False),
        ({"seed": "\0"}, False),
    ],
)
def test_what_may_be_drawn(asked: dict[str, object], allowed: bool) -> None:
    wanted = {"size": 10, "population": 100, "seed": ""} | asked
    assert isinstance(sampling.may_draw(**wanted), Granted if allowed else Refused)  # type: ignore[arg-type]
