"""Two regelingen in one installation: who belongs to one learns nothing of the other.

Every address of the tables (test_matrix.py), with the numbers of the one, asked by one of each kind of the other.
"""

import re

import pytest
from django.urls import reverse

from cases.models import Case
from escalation.models import Notice
from tests.pages.test_matrix import ONE_OF_EACH, OUTSIDE, rows, seen, signed_in
from tests.pages.world import CG, LN, belonging_to, build
from workflows.models import CaseTask

pytestmark = pytest.mark.django_db

OTHER = {LN: CG, CG: LN}
KINDS = {"noor", "els", "victor", "bea"}  # who sees everything, their own, checks it all, or no case
MORE_KINDS = ONE_OF_EACH - OUTSIDE | {"anouk", "helene"}
LISTS = (
    "my-tasks", "cases", "whose-turn", "roles", "mandates", "terms", "meetings", "audit", "register", "double-seats",
    "double-seats-csv", "submit",
)  # fmt: skip


@pytest.mark.parametrize("scheme", [LN, CG])
def test_every_address_of_the_other_regeling_is_not_there(scheme: str, thorough: bool) -> None:
    world, wrong = build(scheme), []
    numbered = [row for row in rows(world) if row.args and row.nowhere]
    table = [row for row in numbered if not any(isinstance(arg, str) for arg in row.args)]  # a word is everybody's
    for name, client in signed_in(MORE_KINDS if thorough else KINDS, OTHER[scheme]).items():
        nothing: dict[tuple[str, str], tuple[int, str]] = {}
        for row in table:
            for method in ("get", "post") if row.post != 405 else ("get",):
                answer = seen(client, method, reverse(row.of, args=row.args))
                if (row.of, method) not in nothing:
                    nothing[row.of, method] = seen(client, method, reverse(row.of, args=row.nowhere))
                if answer[0] not in (404, 405) or answer != nothing[row.of, method]:
                    wrong.append(f"{name} {method} {row.of} {row.args}: {answer[0]}")
    assert not wrong, "\n".join(wrong)


def words(scheme: str) -> list[str]:
    """By which the other regeling would be known: its cases, its bodies, its people, its municipalities."""
    cases = [str(case.number) for case in Case.objects.filter(scheme__code=scheme)]
    people = [str(user.person) for user in belonging_to(scheme)]
    return [*cases, *people, "Venlo" if scheme == LN else "Arnhem", "Geheime titel"]


@pytest.mark.parametrize("scheme", [LN, CG])
def test_no_list_search_count_or_export_shows_anything_of_the_other_regeling(scheme: str) -> None:
    build(scheme)
    telling = re.compile("|".join(map(re.escape, words(scheme))))
    for name, client in signed_in(KINDS, OTHER[scheme]).items():
        downloads = (reverse("list-csv", args=[of]) for of in ("taken", "opdrachten", "aan-zet"))
        asked = (
            f"{reverse('search')}?zoek=Jeugd-GGZ",
            f"{reverse('cases')}?zoek=Vervoer",
            f"{reverse('calendar')}?toon=alles&beeld=lijst",
        )
        for page in (*map(reverse, LISTS), *downloads, *asked):
            text = seen(client, "get", page)[1]
            assert not telling.search(text), (name, page, telling.search(text))


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


@pytest.mark.parametrize("scheme", [LN, CG])
def test_messages_and_tasks_go_to_people_of_the_regeling_of_the_case_alone(scheme: str) -> None:
    build(scheme)
    there = Case.objects.filter(scheme__code=scheme)
    for model in (CaseTask, Notice):
        sent = model.objects.filter(case__in=there)
        to = {
            *sent.values_list("position__body__scheme__code"),
            *sent.values_list("seat__position__body__scheme__code"),
        }
        assert to - {(None,)} == {(scheme,)}, model
