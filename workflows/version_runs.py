"""Many cases to another version, or back: one transaction each, so that a killed run leaves no case half-way.

What is left when it is killed is done by running it again: a case that landed is not a candidate any more.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from django.db import OperationalError, transaction

from audit import clock
from audit.services import NO_HAT, SYSTEM, OpenAct, acting
from escalation.queue import enqueue
from roles import authorize
from roles.authorize import Authority, NotAllowed
from roles.models import Scheme
from roles.rules.verdict import Refused
from roles.services.acting import hat_of
from workflows.engine import Gone, Stale
from workflows.models import VersionChange, VersionRun
from workflows.rules.versions import Finding
from workflows.version_plans import in_batches, running, target_of
from workflows.versions import Impossible, Order, migrate, undo

logger = logging.getLogger(__name__)

CONTENDED = {"55P03", "40P01", "40001"}  # the lock of the case did not come in time, a deadlock, a conflict
BUSY = Finding("busy", "", "Iemand legt juist iets vast in deze zaak. Zet haar later over.")
BROKEN = Finding("broken", "", "Er ging iets mis. De zaak is gebleven zoals zij was; het logboek zegt wat er was.")


@dataclass(slots=True)
class Report:
    """How a run went: how many landed, and for each case that did not why (findings as they are kept)."""

    landed: int = 0
    refused: dict[int, list[dict[str, str]]] = field(default_factory=dict)

    def refuse(self, case_id: int, findings: Sequence[Finding]) -> None:
        self.refused[case_id] = [{"code": each.code, "step": each.step, "words": each.words} for each in findings]

    @property
    def reasons(self) -> Counter[str]:
        """Sentence -> how many cases."""
        return Counter(each["words"] for findings in self.refused.values() for each in findings)


def begin(*, scheme: Scheme, target: Any, order: Order | None = None) -> VersionRun:
    """A run over all that can go, or the one that was broken off. Raises NotAllowed."""
    by = _authority(scheme, order)
    going = VersionRun.objects.filter(scheme=scheme, flow=target.code, target=target.version, finished_at=None)
    unfinished = going.filter(undoes=None, undone_by=None).last()
    if unfinished is not None:
        return unfinished
    total = running(target, scheme).count()
    return _begin(scheme=scheme, flow=target.code, target=target.version, total=total, by=by)


def begin_undo(*, undoes: VersionRun, order: Order | None = None) -> VersionRun:
    """A run that takes another back, case by case, as far as they did not move on. Raises NotAllowed."""
    if undoes.undoes_id is not None:
        raise NotAllowed(Refused("Terugdraaien draait u niet terug. Zet de zaken opnieuw over.", "Procesbeschrijving"))
    by = _authority(undoes.scheme, order)
    unfinished = undoes.undone_by.filter(finished_at=None).last()
    if unfinished is not None:
        return unfinished
    return _begin(
        scheme=undoes.scheme, flow=undoes.flow, target=undoes.target, undoes=undoes, by=by,
        total=undoes.changes.filter(state=VersionChange.State.LANDED).count(),
    )  # fmt: skip


@transaction.atomic
def start(*, scheme: Scheme, target: Any, order: Order) -> VersionRun:
    """Begin a run and let a worker carry it out."""
    run = begin(scheme=scheme, target=target, order=order)
    _enqueue(run, order)
    return run


@transaction.atomic
def start_undo(*, undoes: VersionRun, order: Order) -> VersionRun:
    """Take a run back, by a worker."""
    run = begin_undo(undoes=undoes, order=order)
    _enqueue(run, order)
    return run


def _enqueue(run: VersionRun, order: Order) -> None:
    enqueue("workflows.carry_out", run_id=run.pk, **asdict(order))


def carry_out_for(*, run_id: int, order: Order) -> None:
    """What a job does. A run that is over stays over."""
    run = VersionRun.objects.select_related("scheme", "undoes").get(pk=run_id)
    if run.finished_at is None:
        carry_out(run=run, order=order)


def carry_out(*, run: VersionRun, order: Order | None = None) -> Report:
    """Every case of the run, each under its own lock. What it found is kept with the run."""
    report = Report()
    for case_id, attempt in _attempts(run, order):
        try:
            attempt()
            report.landed += 1
        except Impossible as refusal:
            report.refuse(case_id, refusal.findings)
        except Gone:
            continue
        except Stale as overtaken:
            if run.undoes_id is not None:
                report.refuse(case_id, [Finding("moved_on", "", overtaken.reason)])
        except NotAllowed as refusal:
            report.refuse(case_id, [Finding("not_allowed", "", refusal.reason)])
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") not in CONTENDED:
                raise
            report.refuse(case_id, [BUSY])
        except Exception:
            logger.exception("Case %s could not go along", case_id)  # and the others must not wait for it
            report.refuse(case_id, [BROKEN])
    _finish(run, report)
    return report


def _attempts(run: VersionRun, order: Order | None) -> Iterator[tuple[int, Callable[[], Any]]]:
    if run.undoes is None:
        target = target_of(run.flow, run.target)
        for batch in in_batches(running(target, run.scheme)):
            for case_id in batch:
                yield case_id, partial(migrate, case_id=case_id, target=target, run=run, order=order)
    else:
        landed = run.undoes.changes.filter(state=VersionChange.State.LANDED)
        for batch in in_batches(landed):
            for change in landed.filter(case__in=batch).select_related("run").order_by("case"):
                yield change.case_id, partial(undo, change=change, run=run, order=order)


def _authority(scheme: Scheme, order: Order | None) -> Authority | None:
    if order is None:
        return None
    return authorize.authorize(
        user_id=order.user_id, appointment_id=order.appointment_id, substitution_id=order.substitution_id,
        wanted=order.wanted(scheme),
    )  # fmt: skip


def _acting(scheme: Scheme, by: Authority | None, verb: str) -> AbstractContextManager[OpenAct]:
    return acting(
        chain=scheme.chain, verb=verb, actor=by.actor if by else SYSTEM, user_id=by.user_id if by else None,
        hat=hat_of(by) if by else NO_HAT,
    )  # fmt: skip


def _begin(*, scheme: Scheme, by: Authority | None, **values: Any) -> VersionRun:
    with _acting(scheme, by, "start_version_run") as act:
        act.details = {key: values[key] for key in ("flow", "target", "total")}
        return VersionRun.objects.create(
            scheme=scheme, ordered_by_id=by.appointment_id if by else None, started_at=clock.now(), **values
        )


def _finish(run: VersionRun, report: Report) -> None:
    """The system says how it ended: whoever asked for it may have left meanwhile."""
    with _acting(run.scheme, None, "end_version_run") as act:
        act.details = {"run": run.pk, "landed": report.landed, "refused": len(report.refused)}
        run.finished_at = clock.now()
        run.save(update_fields=["finished_at"])
        for case_id, reasons in report.refused.items():
            VersionChange.objects.update_or_create(
                run=run, case_id=case_id, defaults={"state": VersionChange.State.REFUSED, "reasons": reasons}
            )
