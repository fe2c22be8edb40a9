"""A list that was approved is carried out by a job, case by case, what hangs under another first.

Each case goes in one transaction, with the act that says so; what lies outside the database is noted in it, and goes
when it is committed. Killed at any point, the next attempt does what is left: a case is whole or destroyed, and once.
"""

from collections.abc import Callable, Collection
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from audit import clock
from audit.services import acting
from cases.models import Case, Destruction, DestructionItem, Remains
from cases.services import envelopes
from workflows.destroying import belongings, certificate
from workflows.destroying.due import Judged, judge
from workflows.engine import Stale, move

State = DestructionItem.State


class Overtaken(Exception):
    """Another worker was first, or the case may not go any more."""


def carry_out(destruction_id: int, *, forget: Callable[[Collection[int]], object]) -> None:
    """What a job does; as often as it takes. What is over stays over. `forget` removes the exports that hold a case."""
    destruction = Destruction.objects.select_related("scheme").get(pk=destruction_id)
    if destruction.state != Destruction.State.APPROVED:
        return
    for remains in Remains.objects.filter(item__destruction=destruction).select_related("item"):
        clear(remains)
    while item := _next(destruction):
        try:
            destroy(item)
        except (Overtaken, Stale):
            _release(item)
        for remains in Remains.objects.filter(item=item):
            clear(remains)
    forget(list(destruction.items.filter(state=State.DESTROYED).values_list("case", flat=True)))
    finish(destruction)


def _next(destruction: Destruction) -> DestructionItem | None:
    """One under which nothing hangs that is still to go."""
    left = destruction.items.filter(state=State.LISTED).select_related("case").order_by("pk")
    going = {item.case.parent_id for item in left}
    return next((item for item in left if item.case_id not in going), None)


def destroy(item: DestructionItem) -> None:
    """One case, in one transaction. It may have been bevroren since it was put on the list: then it stays."""
    with move(case_id=item.case_id, verb="destroy", after_end=True) as work:
        item = DestructionItem.objects.select_for_update(no_key=True).get(pk=item.pk)
        if item.state != State.LISTED or not _may_still_go(work.case).may_go:
            raise Overtaken
        gone = belongings.destroy(work.case, item)
        work.case.destroyed_at = work.now
        work.case.save(update_fields=["destroyed_at"])
        item.state, item.destroyed_at = State.DESTROYED, work.now
        item.texts, item.rows, item.files, item.hashes = gone.texts, gone.versions, gone.files, gone.hashes
        item.save(update_fields=["state", "destroyed_at", "texts", "rows", "files", "hashes"])
        work.details = {"destruction": item.destruction_id, "category": item.category, "files": gone.files}


def _may_still_go(case: Case) -> Judged:
    [found] = judge([case], today=clock.today())
    return found


@transaction.atomic
def _release(item: DestructionItem) -> None:
    """It stays, and says so."""
    item = DestructionItem.objects.select_for_update(no_key=True).select_related("destruction__scheme").get(pk=item.pk)
    if item.state != State.LISTED:
        return
    with acting(chain=item.destruction.scheme.chain, verb="release_from_destruction") as act:
        act.details = {"destruction": item.destruction_id, "case": f"case/{item.case_id}"}
        item.state = State.RELEASED
        item.save(update_fields=["state"])


def clear(remains: Remains) -> None:
    """Gone from this machine too; only then is it forgotten that it had to."""
    what = Remains.What
    if remains.what == what.FILE:
        default_storage.delete(remains.name)
    elif remains.what == what.FOLDER:
        envelopes.destroy(UUID(remains.name))
    remains.delete()


def finish(destruction: Destruction) -> None:
    """The certificate, and that it is done. Made again it is the same, because it tells what was done, and when."""
    with transaction.atomic():
        destruction = Destruction.objects.select_for_update(no_key=True).get(pk=destruction.pk)
        if destruction.state != Destruction.State.APPROVED:
            return
        paper = certificate.paper(destruction)
        with acting(chain=destruction.scheme.chain, verb="finish_destruction") as act:
            destruction.sha256 = certificate.hash_of(paper)
            name = f"certificates/{destruction.sha256}"
            if default_storage.exists(name):
                destruction.certificate = name
            else:
                destruction.certificate.save("", ContentFile(paper), save=False)
            destruction.state, destruction.finished_at = Destruction.State.DONE, clock.now()
            destruction.save(update_fields=["state", "finished_at", "sha256", "certificate"])
            act.documents = [destruction.sha256]
            act.details = {
                "destruction": destruction.pk,
                "destroyed": destruction.items.filter(state=State.DESTROYED).count(),
                "released": destruction.items.filter(state=State.RELEASED).count(),
            }
