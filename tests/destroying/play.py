"""Drawing up, approving and carrying out, by the cast of Limburg-Noord."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from audit import clock
from cases.models import Case, Destruction
from config.demo.players import hat
from roles.models import Appointment, Scheme
from tests.workflows.play import who
from workflows import services
from workflows.destroying import lists
from workflows.destroying.carrying_out import carry_out
from workflows.exporting import forget
from workflows.register import Keeper

PROPOSER, APPROVER = ("bram", "db"), ("bram", "ab")


@contextmanager
def years_later(years: int = 2) -> Iterator[None]:
    with clock.moved_to(clock.now() + timedelta(days=366 * years)):
        yield


def keeper(me: Appointment) -> Keeper:
    return Keeper(**who(me))


def withdraw(case: Case) -> None:
    services.withdraw(**who(case.submitted_by), case_id=case.pk, reason="Toch niet nodig.")


def proposed(case: Case, *, by: str = "bram", excepted: Mapping[int, str] | None = None) -> Destruction:
    today = clock.today()
    return lists.propose(
        keeper=keeper(hat(by, "db")), scheme=Scheme.objects.get(pk=case.scheme_id), year=today.year,
        excepted=excepted or {},
    )  # fmt: skip


def approved(destruction: Destruction, *, by: str = "helene", body: str = "mgr") -> None:
    lists.approve(keeper=keeper(hat(by, body if by in ("helene", "roy", "bram") else "")), destruction=destruction)


def destroyed(case: Case) -> Destruction:
    destruction = proposed(case)
    approved(destruction)
    carry_out(destruction.pk, forget=forget)
    destruction.refresh_from_db()
    return destruction
