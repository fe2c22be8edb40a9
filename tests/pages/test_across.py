"""Two regelingen in one installation: who belongs to one learns nothing of the other.

Every address of the tables (test_matrix.py), with the numbers of the one, asked by one of each kind of the other.
"""

import re
from itertools import product

import pytest
from django.urls import reverse

from cases.models import Case
from escalation.models import Notice
from tests.database import after
from tests.pages.test_matrix import ONE_OF_EACH, OUTSIDE, one_of_each_address, rows, seen, signed_in
from tests.pages.world import CG, LN, World, belonging_to, build, worlds
from workflows.models import CaseTask
from workflows.pages.oversight.overviews import TABLES

pytestmark = pytest.mark.django_db

OTHER = {LN: CG, CG: LN}
KINDS = {"noor", "els", "victor", "bea"}  # who sees everything, their own, checks it all, or no case
MORE_KINDS = sorted(ONE_OF_EACH - OUTSIDE | {"anouk", "helene"})
LISTS = (
    "my-tasks", "cases", "whose-turn", "roles", "mandates", "terms", "meetings", "audit", "registers",
    "conformance", "destructions", "exports", "register", "double-seats", "double-seats-csv", "submit",
)  # fmt: skip


@pytest.mark.long
@after(worlds)
@pytest.mark.parametrize("scheme", [LN, CG])
def test_every_address_of_the_other_regeling_is_not_there(
    played: dict[str, World], scheme: str, thorough: bool
) -> None:
    """One of each by one of them in turn; when thorough, all by all."""
    numbered = [row for row in rows(played[scheme]) if row.args and row.nowhere]
    table = [row for row in numbered if not any(isinstance(arg, str) for arg in row.args)]  # a word is everybody's
    table = table if thorough else one_of_each_address(table)
    clients, wrong = signed_in(MORE_KINDS, OTHER[scheme]), []
    nothing: dict[tuple[str, str, str], tuple[int, str]] = {}
    for turn, row in enumerate(table):
        in_turn = MORE_KINDS[turn % len(MORE_KINDS)], row.methods[turn % len(row.methods)]
        for name, method in product(MORE_KINDS, row.methods) if thorough else [in_turn]:
            answer = seen(clients[name], method, reverse(row.of, args=row.args))
            if (name, row.of, method) not in nothing:
                nothing[name, row.of, method] = seen(clients[name], method, reverse(row.of, args=row.nowhere))
            if answer[0] not in (404, 405) or answer != nothing[name, row.of, method]:
                wrong.append(f"{name} {method} {row.of} {row.args}: {answer[0]}")
    assert not wrong, "\n".join(wrong)


def words(scheme: str) -> list[str]:
    """By which the other regeling would be known: its cases, its bodies, its people, its municipalities."""
    cases = [str(case.number) for case in Case.objects.filter(scheme__code=scheme)]
    people = [str(user.person) for user in belonging_to(scheme)]
    return [*cases, *people, "Venlo" if scheme == LN else "Arnhem", "Geheime titel"]


@pytest.mark.long
@pytest.mark.parametrize("scheme", [LN, CG])
def test_no_list_search_export_task_or_message_shows_anything_of_the_other_regeling(scheme: str) -> None:
    build(scheme)
    _messages_and_tasks_stay_within(scheme)
    telling = re.compile("|".join(map(re.escape, words(scheme))))
    for name, client in signed_in(KINDS, OTHER[scheme]).items():
        downloads = [reverse("list-csv", args=[of]) for of in ("taken", "opdrachten", "aan-zet")]
        downloads += [reverse(page, args=[of]) for of in TABLES for page in ("oversight", "oversight-file")]
        asked = (
            f"{reverse('search')}?zoek=Jeugd-GGZ",
            f"{reverse('cases')}?zoek=Vervoer",
            f"{reverse('calendar')}?toon=alles&beeld=lijst",
        )
        for page in (*map(reverse, LISTS), *downloads, *asked):
            text = seen(client, "get", page)[1]
            assert not telling.search(text), (name, page, telling.search(text))


@pytest.mark.long
@pytest.mark.parametrize("scheme", [LN, CG])
def test_counts_are_the_same_whatever_the_other_regeling_does(scheme: str) -> None:
    clients = signed_in(KINDS, OTHER[scheme])
    pages = [reverse("my-tasks"), reverse("cases"), reverse("whose-turn"), reverse("audit")]
    before = {(name, page): seen(client, "get", page) for name, client in clients.items() for page in pages}
    assert {answer[0] for answer in before.values()} <= {200, 404}
    build(scheme)
    after = {(name, page): seen(client, "get", page) for name, client in clients.items() for page in pages}
    differs = [asked for asked in before if before[asked] != after[asked]]
    assert differs == []


def _messages_and_tasks_stay_within(scheme: str) -> None:
    there = Case.objects.filter(scheme__code=scheme)
    for model in (CaseTask, Notice):
        sent = model.objects.filter(case__in=there)
        to = {
            *sent.values_list("position__body__scheme__code"),
            *sent.values_list("seat__position__body__scheme__code"),
        }
        assert to - {(None,)} == {(scheme,)}, model
