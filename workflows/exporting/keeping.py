"""Exports that somebody asks for on a page: made by the worker, kept a week, and only theirs.

Each is an act of who asked for it. A worker that is killed leaves parts behind, and the next one goes on from there.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from time import monotonic

from django.db import transaction

from audit import clock
from cases.models import Case
from escalation.queue import enqueue
from roles.authorize import Authority, NotAllowed
from roles.models import Scheme
from roles.rules.verdict import Refused
from roles.services.acting import act
from workflows.exporting.choosing import Wish, chosen
from workflows.exporting.formats import FORMATS
from workflows.exporting.parts import Plan, Progress, Unseen, Work, rooted_now
from workflows.exporting.record import Reader, reader_of
from workflows.models import Export
from workflows.register import Keeper
from workflows.taken_out import end, file_of, folder_of, remove

STEP = "export_cases"
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
        wish = replace(wish, scheme=scheme)
        ids = chosen(wish, reader_of(keeper.user_id))
        if not ids:
            raise NotAllowed(NOTHING)
        noted(scheme, format, ids, by)
        export = Export.objects.create(
            user_id=keeper.user_id, scheme=scheme, format=format, what=_what(wish, ids)[:300], name=_name(format, ids),
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
    return FORMATS[format].called(_number(ids[0]) if len(ids) == 1 else f"zaken-{clock.today()}", len(ids))


def _what(wish: Wish, ids: Sequence[int]) -> str:
    """As it is called by people; a command knows a case by the number in its address."""
    return f"zaak {_number(ids[0])} van {wish.scheme}" if wish.case_id else wish.in_words


def _number(case_id: int) -> str:
    return str(Case.objects.values_list("number", flat=True).get(pk=case_id))


def make(export_id: int) -> None:
    """What the job does; again after a worker was killed. The reader has the rights of now."""
    export = Export.objects.select_related("scheme").filter(pk=export_id).first()
    if export is None or not export.goes_on:
        return
    work, reader = Work(folder_of(export_id) / "delen"), reader_of(export.user_id)
    try:
        plan = work.begin(work.plan or _plan(export, reader))
        work.carry_on(plan, file_of(export.pk), reader=reader, told=_progress(export))
        _finish(export, work.left_out)
    except Unseen:
        _close(export_id)
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


def _close(export_id: int) -> None:
    """Without a file, and with the reason."""
    with transaction.atomic():
        row = Export.objects.select_for_update(no_key=True).filter(pk=export_id).first()
        if row is not None and row.goes_on:
            end(row, Export.State.UNSEEN)
    remove(export_id)


def _finish(export: Export, left_out: int) -> None:
    with transaction.atomic():
        row = Export.objects.select_for_update(no_key=True).filter(pk=export.pk).first()
        if row is None or not row.goes_on:
            raise Over
        if Case.objects.filter(pk__in=row.case_ids, destroyed_at__gte=row.asked_at).exists():
            end(row, Export.State.FORGOTTEN)
            transaction.on_commit(lambda: remove(row.pk))
            return
        row.size = file_of(row.pk).stat().st_size
        row.left_out = left_out
        row.save(update_fields=["size", "left_out"])
        end(row, Export.State.DONE)


def _still(export_id: int) -> bool:
    row = Export.objects.filter(pk=export_id).first()
    return row is not None and row.goes_on
