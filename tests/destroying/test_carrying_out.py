"""What two people decided on is carried out: once, wholly, and the verifier agrees."""

import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from audit.models import Act, Text
from audit.verify import verify
from cases.models import Case, Destruction, DestructionItem, RetentionHold
from cases.services.documents import Paper
from config.demo.players import add_paper, hat, holder
from roles.authorize import NotAllowed
from tests.destroying.play import approved, destroyed, keeper, proposed, withdraw, years_later
from tests.races import at_once
from tests.workflows.play import submitted
from workflows import services
from workflows.destroying import holds, lists
from workflows.destroying.carrying_out import carry_out
from workflows.engine import Stale
from workflows.exporting import forget


def withdrawn() -> Case:
    case = submitted()
    paper = Paper(
        title="Bijlage", classification="internal", filename="bijlage.txt", media_type="text/plain",
        content=ContentFile(f"Bij {case.number}.".encode()),
    )  # fmt: skip
    add_paper(holder(case, "intake"), case, paper)
    withdraw(case)
    return case


@pytest.mark.long
@pytest.mark.django_db
def test_a_withdrawn_case_goes_when_its_year_is_over() -> None:
    case = withdrawn()
    with years_later():
        destruction = destroyed(case)
    [item] = destruction.items.all()
    assert destruction.state == Destruction.State.DONE
    assert (item.state, item.category, item.files, len(item.hashes)) == ("destroyed", "16.4", 1, 1)
    assert item.texts > 10
    assert Case.objects.get(pk=case.pk).destroyed_at is not None
    assert not list(Path(settings.MEDIA_ROOT).rglob(f"*{item.hashes[0]}*"))
    with default_storage.open(str(destruction.certificate.name)) as certificate:
        assert certificate.read().startswith(b"%PDF")
    assert verify().findings == []
    with pytest.raises(Stale, match="vernietigd"):
        services.comment(**_who("gijs"), case_id=case.pk, words="Toch nog iets.")


def _who(name: str) -> dict[str, Any]:
    me = hat(name)
    return {"user_id": me.person.user_id, "appointment_id": me.pk}


@pytest.mark.long
@pytest.mark.django_db
def test_two_people_and_neither_of_them_destroys_their_own_trail() -> None:
    case, other = withdrawn(), submitted()
    services.comment(**_who("roy"), case_id=other.pk, words="Gelezen.")
    withdraw(other)
    with years_later():
        made = proposed(case)
        with pytest.raises(NotAllowed, match="Dat doet een ander"):
            approved(made, by="bram", body="ab")
        with pytest.raises(NotAllowed, match=f"zelf gehandeld in {other.number}"):
            approved(made, by="roy")
        with pytest.raises(NotAllowed):
            approved(made, by="gijs")
        assert Text.objects.filter(chain=case.chain, content=None).count() == 0
        approved(made)
        with pytest.raises(Stale, match="al beslist"):
            approved(made)
        carry_out(made.pk, forget=forget)
    assert verify().findings == []


@pytest.mark.long
@pytest.mark.django_db
def test_what_is_excepted_or_held_up_stays() -> None:
    excepted, held, late, gone = withdrawn(), withdrawn(), withdrawn(), withdrawn()
    with years_later():
        keeps = keeper(hat("bram", "db"))
        placed = holds.hold(keeper=keeps, case=held, kind=RetentionHold.Kind.DISCLOSURE, ground="Woo 2028-3")
        with pytest.raises(NotAllowed, match="al bevroren"):
            holds.hold(keeper=keeps, case=held, kind=RetentionHold.Kind.DISCLOSURE, ground="Nog eens")
        made = proposed(gone, excepted={excepted.pk: "Lopend onderzoek."})
        assert set(made.items.values_list("case", flat=True)) == {excepted.pk, late.pk, gone.pk}
        approved(made)
        holds.hold(keeper=keeps, case=late, kind=RetentionHold.Kind.LITIGATION, ground="Dagvaarding")
        carry_out(made.pk, forget=forget)
        states = dict(made.items.values_list("case", "state"))
        assert states == {excepted.pk: "excepted", late.pk: "released", gone.pk: "destroyed"}
        assert verify().findings == []
        holds.lift(keeper=keeps, placed=placed, reason="Afgedaan.")
        again = proposed(held)
        assert set(again.items.values_list("case", flat=True)) == {excepted.pk, held.pk}
        lists.reject(keeper=keeper(hat("helene", "mgr")), destruction=again, reason="Nog niet.")
        assert set(proposed(held).items.values_list("case", flat=True)) == {excepted.pk, held.pk}


class Killed(BaseException):
    """As a signal would: nothing catches it."""


@contextmanager
def killed_after(statements: int) -> Iterator[None]:
    """At whatever comes next by then: a statement, or a file that is removed."""
    left = statements

    def count(run: Any, *asked: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise Killed
        return run(*asked)

    delete = default_storage.delete

    def deleting(name: str) -> None:
        if left % 3 == 0:
            raise Killed
        delete(name)
        if left % 3 == 1:
            raise Killed

    with (
        suppress(Killed),
        patch.object(default_storage, "delete", deleting),
        connection.execute_wrapper(count),
    ):
        yield


@pytest.mark.long
@pytest.mark.usefixtures("committed")
def test_killed_at_any_point_a_case_is_whole_or_gone_and_in_the_end_all_are_once() -> None:
    cases, die = [withdrawn() for _ in range(3)], random.Random(6)
    whole = {case.pk: Text.objects.filter(chain=case.chain).count() for case in cases}
    with years_later():
        made = proposed(cases[0])
        approved(made)
        attempts = 0
        while Destruction.objects.get(pk=made.pk).state != Destruction.State.DONE:
            attempts += 1
            with killed_after(die.randint(1, 60) + attempts * 3):
                carry_out(made.pk, forget=forget)
            for case in cases:
                left = Text.objects.filter(chain=case.chain).exclude(content=None).count()
                destroyed_at = Case.objects.get(pk=case.pk).destroyed_at
                assert left == (whole[case.pk] if destroyed_at is None else 0)
            assert verify().findings == []
        carry_out(made.pk, forget=forget)
    assert attempts > 5
    for case in cases:
        assert Act.objects.filter(chain=case.chain, verb="destroy").count() == 1
    assert not [file for file in (Path(settings.MEDIA_ROOT) / "documents").rglob("*") if file.is_file()]
    assert len([file for file in (Path(settings.MEDIA_ROOT) / "certificates").rglob("*") if file.is_file()]) == 1
    assert DestructionItem.objects.filter(state="destroyed").count() == 3
    assert verify().findings == []


@pytest.mark.long
@pytest.mark.usefixtures("committed")
def test_two_workers_at_once_destroy_once() -> None:
    case = withdrawn()
    with years_later():
        made = proposed(case)
        approved(made)
        answers = at_once(*[lambda: carry_out(made.pk, forget=forget)] * 3)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert Act.objects.filter(chain=case.chain, verb="destroy").count() == 1
    assert verify().findings == []
