"""Exports as they lie there (`workflows.exporting` makes them): where, how long, and how they go."""

from collections.abc import Collection
from datetime import timedelta
from functools import reduce
from operator import or_
from pathlib import Path
from shutil import rmtree

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from audit import clock
from workflows.models import Export

KEPT = timedelta(days=7)
GONE = (Export.State.CANCELLED, Export.State.FAILED, Export.State.FORGOTTEN, Export.State.UNSEEN)


def folder_of(export_id: int) -> Path:
    return Path(settings.EXPORTS) / str(export_id)


def file_of(export_id: int) -> Path:
    return folder_of(export_id) / "bestand"


def remove(export_id: int) -> None:
    rmtree(folder_of(export_id), ignore_errors=True)


def end(export: Export, state: str) -> None:
    export.state, export.ended_at = state, clock.now()
    export.save(update_fields=["state", "ended_at"])


@transaction.atomic
def cancel(export_id: int) -> None:
    """By who asked for it. What was made is thrown away."""
    export = Export.objects.select_for_update(no_key=True).get(pk=export_id)
    if export.goes_on:
        end(export, Export.State.CANCELLED)
        transaction.on_commit(lambda: remove(export_id))


@transaction.atomic
def fail(export_id: int) -> None:
    """After the last attempt."""
    export = Export.objects.select_for_update(no_key=True).filter(pk=export_id).first()
    if export is not None and export.goes_on:
        end(export, Export.State.FAILED)
        transaction.on_commit(lambda: remove(export_id))


@transaction.atomic
def forget(case_ids: Collection[int]) -> int:
    """What holds one of these cases goes, also where it is still being made; how many there were.

    The files at once: when whatever asks for this is undone after all, the export can be asked for again.
    """
    if not case_ids:
        return 0
    holding = reduce(or_, (Q(case_ids__contains=case_id) for case_id in case_ids))
    found = list(Export.objects.select_for_update(no_key=True).filter(holding).exclude(state__in=GONE))
    for export in found:
        end(export, Export.State.FORGOTTEN)
        remove(export.pk)
    return len(found)


def expire() -> int:
    """What is a week old; and what lies there of none that is kept, as after a restore. How many folders that were."""
    Export.objects.filter(asked_at__lt=clock.now() - KEPT).delete()
    lying = [path for path in Path(settings.EXPORTS).glob("*") if path.is_dir() and path.name.isdigit()]
    kept = set(Export.objects.exclude(state__in=GONE).values_list("pk", flat=True))
    stray = [path for path in lying if int(path.name) not in kept]
    for path in stray:
        rmtree(path, ignore_errors=True)
    return len(stray)
