"""`manage.py benchmark exports`: 10,000 cases taken out in every format, and the memory that takes at most.

Commissions, and for OCDS procurements; one of each was played and copied with all that happened in it. Dossiers take
longest: of ZIPs that hold them there are `WITH_DOSSIERS`, of those that do not as many as of the rest. Memory is of
one's own (`RssAnon`), at 1,000 cases and at the end. A format that takes longer than `LONGEST` is broken off, and says
how far it came; each says what it came to as soon as it is known. What is broken off half-way and begun again must end
with the same bytes.
"""

import gc
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

from django.test.utils import override_settings

from audit import clock
from audit.roots import sign_root
from benchmarks import copies
from benchmarks.scratch import scratch_database
from benchmarks.verify import _memory
from workflows.exporting import pack
from workflows.exporting.formats import FORMATS
from workflows.exporting.parts import Plan, Work, rooted_now
from workflows.exporting.record import SYSTEM

SIZE = 10_000
WITH_DOSSIERS = 2_000
FIRST = 1_000
RESUMED = {"pdf": 20, "zip": 20}
OTHERS_RESUMED = 300
LONGEST = 1_800  # seconds
FEWER = "zip-without-dossiers"


class Interrupted(Exception):
    """Half-way, on purpose."""


def run(*, size: int = SIZE, with_dossiers: int = WITH_DOSSIERS) -> dict[str, Any]:
    began = perf_counter()
    with scratch_database(), TemporaryDirectory() as folder, override_settings(MEDIA_ROOT=folder), _without_dossiers():
        of = _cases(size, with_dossiers)
        measured = {format: _measured(format, of[format], Path(folder)) for format in of}
        same = {
            format: _resumed_is_the_same(format, ids[: RESUMED.get(format, OTHERS_RESUMED)], Path(folder))
            for format, ids in of.items()
        }  # fmt: skip
    return {
        "exports": measured,
        "ratios": {
            f"memory_{format}_end_over_{FIRST}": round(each["peak_mb"] / each[f"peak_mb_at_{FIRST}"], 2)
            for format, each in measured.items() if f"peak_mb_at_{FIRST}" in each
        },
        "resumed_is_the_same": same,
        "minutes": round((perf_counter() - began) / 60, 1),
    }  # fmt: skip


def _cases(size: int, with_dossiers: int) -> Mapping[str, list[int]]:
    """By format, in the order in which they are measured: what takes longest last."""
    copies.found()
    bought, asked = copies.procurement(), copies.commission()
    ids, procurements = copies.commissions(asked.pk, size), copies.procurements(bought.pk, size)
    sign_root()
    quick = [format for format in FORMATS if format not in ("ocds", "zip", "pdf")]
    return dict.fromkeys(quick, ids) | {"ocds": procurements, "zip": ids[:with_dossiers], "pdf": ids}


@contextmanager
def _without_dossiers() -> Iterator[None]:
    write = partial(pack.write, dossier_of=None)
    FORMATS[FEWER] = replace(pack.FORMAT, code=FEWER, write=write, in_part=100)
    try:
        yield
    finally:
        del FORMATS[FEWER]


def _plan(format: str, ids: Sequence[int]) -> Plan:
    return rooted_now(Plan(
        format=format, question=format, case_ids=tuple(ids), asked_at=clock.now(), asked_by="benchmark",
        scheme="Limburg-Noord", what="alle zaken", in_part=FORMATS[format].in_part,
    ))  # fmt: skip


def _measured(format: str, ids: Sequence[int], folder: Path) -> dict[str, Any]:
    gc.collect()
    reached: dict[str, int] = {"cases": 0}
    with TemporaryDirectory(dir=folder) as within, _memory() as peak:
        work, target, plan = Work(Path(within, "delen")), Path(within, "bestand"), _plan(format, ids)
        began, worked = perf_counter(), process_time()

        def told(done: int, total: int) -> None:
            reached["cases"] = done
            if done >= FIRST:
                reached.setdefault(f"peak_mb_at_{FIRST}", peak["verifier"])
            if perf_counter() - began > LONGEST and done < total:
                raise Interrupted

        with suppress(Interrupted):
            work.carry_on(work.begin(plan), target, reader=SYSTEM, told=told)
        taken, cpu = perf_counter() - began, process_time() - worked
        size = target.stat().st_size if target.exists() else 0
    result = {
        **reached, "s": round(taken, 1), "cases_per_s": round(reached["cases"] / taken, 1),
        "cpu_ms_per_case": round(1000 * cpu / max(reached["cases"], 1), 1),
        "mb": round(size / 1024 / 1024, 1), "peak_mb": peak["verifier"],
    }  # fmt: skip
    print(format, result, file=sys.stderr, flush=True)
    return result


def _resumed_is_the_same(format: str, ids: Sequence[int], folder: Path) -> bool:
    plan = _plan(format, ids)

    def interrupt(done: int, total: int) -> None:
        if done >= total // 2:
            raise Interrupted

    digests = []
    for broken_off in (False, True):
        with TemporaryDirectory(dir=folder) as within:
            work, target = Work(Path(within, "delen")), Path(within, "bestand")
            work.begin(plan)
            if broken_off:
                with suppress(Interrupted):
                    work.carry_on(plan, target, reader=SYSTEM, told=interrupt)
            work.carry_on(plan, target, reader=SYSTEM, told=lambda done, total: None)
            digests.append(sha256(target.read_bytes()).hexdigest())
    return digests[0] == digests[1]
