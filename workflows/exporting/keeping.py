"""Exports that somebody asks for on a page: made by the worker, kept a week, and only theirs.

Each is an act of who asked for it. A worker that is killed leaves parts behind, and the next one goes on from there.
"""

import hashlib
import json
from collections.abc import Collection, Sequence
from datetime import timedelta
from functools import reduce
from operator import or_
from pathlib import Path
from shutil import rmtree
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from audit import clock
from cases.models import Case
from escalation.queue import enqueue
from roles.authorize import Authority, NotAllowed
from roles.models import Scheme
from roles.rules.verdict import Refused
from roles.services.acting import act
from workflows.exporting.choosing import Wish, chosen
from workflows.exporting.formats import FORMATS
from workflows.exporting.parts import Plan, Progress, Work, rooted_now
from workflows.exporting.record import Reader, reader_of
from workflows.models import Export
from workflows.register import Keeper

STEP = "export_cases"
KEPT = timedelta(days=7)
MOST_AT_ONCE = 3  # of one person that are not done yet
NOTHING = Refused("Er is geen zaak die aan deze vraag voldoet en die u mag zien.", "")
ENOUGH = Refused(f"U hebt al {MOST_AT_ONCE} uitvoeren lopen. Wacht tot er een klaar is of breek er een af.", "")
PATIENCE = 30.0  # seconds, after which the next export has its turn


class Over(Exception):
    """Somebody broke it off, or what it holds is to be forgotten."""


class Later(Exception):
    """Others wait too: this goes on in a next job."""


def ask(*, keeper: Keeper, scheme: Scheme, format: str, wish: Wish) -> Export:
    """Raises NotAllowed. Which cases it is of is settled here; what is in them, when each is read."""
    with transaction.atomic():
        by = keeper.may(scheme, STEP)
        running = Export.objects.filter(user=keeper.user_id, state__in=(Export.State.ASKED, Export.State.BUSY))
        if running.count() >= MOST_AT_ONCE:
            raise NotAllowed(ENOUGH)
        ids = chosen(wish, reader_of(keeper.user_id))
        if not ids:
            raise NotAllowed(NOTHING)
        noted(scheme, format, ids, by)
        export = Export.objects.create(
            user_id=keeper.user_id, scheme=scheme, format=format, what=wish.in_words[:300], name=_name(format, ids),
            case_ids=ids, total=len(ids), asked_at=clock.now(),
        )  # fmt: skip
        enqueue("workflows.make_export", export_id=export.pk)
    return export


def noted(scheme: Scheme, format: str, case_ids: Sequence[int], by: Authority | None) -> None:
    """That cases left the house, and which: by number, and as a hash of all numbers where there are many."""
    with act(chain=scheme.chain, verb=STEP, by=by) as open_act:
        digest = hashlib.sha256(json.dumps(list(case_ids)).encode()).hexdigest()
        few = {"of": list(case_ids)} if len(case_ids) <= 20 else {}
        open_act.details = {"format": format, "cases": len(case_ids), "cases_sha256": digest, **few}


def _name(format: str, ids: Sequence[int]) -> str:
    one = Case.objects.values_list("number", flat=True).get(pk=ids[0]) if len(ids) == 1 else f"zaken-{clock.today()}"
    return FORMATS[format].called(str(one), len(ids))


def folder_of(export_id: int) -> Path:
    return Path(settings.EXPORTS) / str(export_id)


def file_of(export: Export) -> Path:
    return folder_of(export.pk) / "bestand"


def make(export_id: int) -> None:
    """What the job does; again after a worker was killed. The reader has the rights of now."""
    export = Export.objects.select_related("scheme").filter(pk=export_id).first()
    if export is None or not export.goes_on:
        return
    work, reader = Work(folder_of(export_id) / "delen"), reader_of(export.user_id)
    try:
        plan = work.begin(work.plan or _plan(export, reader))
        work.carry_on(plan, file_of(export), reader=reader, told=_progress(export))
        _finish(export)
    except Later:
        enqueue("workflows.make_export", export_id=export_id)
    except (Over, FileNotFoundError):
        if _still(export_id):
            raise
        remove(export_id)
    else:
        work.clear()


def _plan(export: Export, reader: Reader) -> Plan:
    return rooted_now(Plan(
        format=export.format, question=str(export.pk), case_ids=tuple(export.case_ids), asked_at=export.asked_at,
        asked_by=reader.name, scheme=export.scheme.name, what=export.what,
        in_part=FORMATS[export.format].in_part,
    ))  # fmt: skip


def _progress(export: Export) -> Progress:
    began = monotonic()

    def told(done: int, total: int) -> None:
        if done < total and monotonic() - began > PATIENCE:
            raise Later
        with transaction.atomic():
            row = Export.objects.select_for_update(no_key=True).filter(pk=export.pk).first()
            if row is None or not row.goes_on:
                raise Over
            row.state, row.done = Export.State.BUSY, done
            row.save(update_fields=["state", "done"])

    return told


def _finish(export: Export) -> None:
    with transaction.atomic():
        row = Export.objects.select_for_update(no_key=True).filter(pk=export.pk).first()
        if row is None or not row.goes_on:
            raise Over
        row.state, row.ended_at, row.size = Export.State.DONE, clock.now(), file_of(export).stat().st_size
        row.save(update_fields=["state", "ended_at", "size"])


def _still(export_id: int) -> bool:
    row = Export.objects.filter(pk=export_id).first()
    return row is not None and row.goes_on


def _end(export: Export, state: str) -> None:
    export.state, export.ended_at = state, clock.now()
    export.save(update_fields=["state", "ended_at"])


@transaction.atomic
def cancel(*, export: Export) -> None:
    """By who asked for it. What was made is thrown away."""
    row = Export.objects.select_for_update(no_key=True).get(pk=export.pk)
    if row.goes_on:
        _end(row, Export.State.CANCELLED)
        transaction.on_commit(lambda: remove(export.pk))


def fail(export_id: int) -> None:
    """After the last attempt."""
    row = Export.objects.filter(pk=export_id).first()
    if row is not None and row.goes_on:
        _end(row, Export.State.FAILED)


@transaction.atomic
def forget(case_ids: Collection[int]) -> int:
    """What holds one of these cases is removed, also where it is still being made; how many that were.

    At once: when what asks for this is undone after all, the export can be asked for again.
    """
    if not case_ids:
        return 0
    holding = reduce(or_, (Q(case_ids__contains=case_id) for case_id in case_ids))
    gone = list(Export.objects.select_for_update(no_key=True).filter(holding).exclude(state=Export.State.FORGOTTEN))
    for export in gone:
        _end(export, Export.State.FORGOTTEN)
        remove(export.pk)
    return len(gone)


def expire() -> int:
    """What is a week old; and what lies there without a row, as after a restore."""
    Export.objects.filter(asked_at__lt=clock.now() - KEPT).delete()
    lying = [path for path in Path(settings.EXPORTS).glob("*") if path.is_dir() and path.name.isdigit()]
    known = set(Export.objects.values_list("pk", flat=True))
    stray = [path for path in lying if int(path.name) not in known]
    for path in stray:
        rmtree(path, ignore_errors=True)
    return len(stray)


def remove(export_id: int) -> None:
    rmtree(folder_of(export_id), ignore_errors=True)
