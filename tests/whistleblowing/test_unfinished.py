"""A process that dies while a key changes: between the public act and the row of the key there are two commits."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from unittest import mock

import pytest
from django.db import OperationalError, connections

from audit.models import Act
from escalation.whistleblowing.models import Keyholder, Proposal
from escalation.whistleblowing.sealed import sealed
from escalation.whistleblowing.services import clock, holders
from tests.whistleblowing.keyholders import Channel, enrol, new_handler, seat, vault_of

pytestmark = pytest.mark.usefixtures("committed")


@contextmanager
def dying_before_the_act() -> Iterator[None]:
    with mock.patch.object(connections["default"], "commit", _lose("default")), pytest.raises(OperationalError):
        yield


@contextmanager
def dying_after_the_act() -> Iterator[None]:
    """The act is there; the connection of the rows goes away where those should have been committed."""
    committed = connections["default"].commit

    def commits() -> None:
        committed()
        broken.enter_context(mock.patch.object(connections["sealed"], "commit", _lose("sealed")))

    with ExitStack() as broken:
        broken.enter_context(mock.patch.object(connections["default"], "commit", commits))
        broken.enter_context(pytest.raises(OperationalError))
        yield


def _lose(alias: str) -> Callable[[], None]:
    def lost() -> None:
        connections[alias].close()
        raise OperationalError("server closed the connection unexpectedly")

    return lost


def about_keys() -> list[tuple[str, int | None]]:
    """The public acts, and which act each of them rectifies."""
    verbs = ["enrol_report_key", "admit_report_key", "end_report_key", "rectify"]
    return [(act.verb, act.data.get("rectifies")) for act in Act.objects.filter(verb__in=verbs).order_by("id")]


def as_it_stands() -> list[tuple[int, bool, bool]]:
    keys = Keyholder.objects.order_by("pk")
    return [(key.person_id, key.admitted_at is not None, key.ended_at is not None) for key in keys]


def enrols() -> Callable[[], object]:
    return lambda: enrol("silke")


def admits() -> Callable[[], object]:
    Channel()
    new_handler()
    key = enrol("dagmar")
    by = vault_of("tariq")
    return lambda: holders.admit(seat=seat("tariq"), by=by, holder_id=key.pk)


def ends() -> Callable[[], object]:
    people = Channel()
    silke, tariq = vault_of("silke"), vault_of("tariq")
    holders.propose_end(seat=seat("silke"), by=silke, holder_id=people.hanna.pk)
    with sealed(holder=silke.holder.pk):
        number = Proposal.objects.get(kind=Proposal.Kind.REMOVE).pk
    return lambda: holders.end(seat=seat("tariq"), by=tariq, proposal_id=number)


@pytest.mark.parametrize("prepared", [enrols, admits, ends])
def test_an_act_of_which_nothing_came_is_told_once_and_what_it_was_about_can_be_done_again(
    prepared: Callable[[], Callable[[], object]],
) -> None:
    change = prepared()
    keys, acts = as_it_stands(), about_keys()
    with dying_after_the_act():
        change()
    assert as_it_stands() == keys
    [(verb, _)] = about_keys()[len(acts) :]
    broken = Act.objects.filter(verb=verb).latest("id")
    clock.tick()
    clock.tick()
    assert about_keys()[len(acts) + 1 :] == [("rectify", broken.seq)]
    change()
    clock.tick()
    assert as_it_stands() != keys
    assert about_keys()[len(acts) + 2 :] == [(verb, None)]


@pytest.mark.long
@pytest.mark.parametrize("prepared", [enrols, admits, ends])
def test_no_key_changes_without_its_act(prepared: Callable[[], Callable[[], object]]) -> None:
    change = prepared()
    before = as_it_stands(), about_keys()
    with dying_before_the_act():
        change()
    assert (as_it_stands(), about_keys()) == before
    change()
    assert as_it_stands() != before[0]


def test_what_somebody_is_at_now_is_left_to_a_later_tick() -> None:
    change = enrols()
    with dying_after_the_act():
        change()
    other = connections["sealed"].copy()
    with other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT FROM channel FOR UPDATE")
        clock.tick()
        assert [verb for verb, _ in about_keys()] == ["enrol_report_key"]
        cursor.execute("ROLLBACK")
    other.close()
    clock.tick()
    assert [verb for verb, _ in about_keys()] == ["enrol_report_key", "rectify"]
