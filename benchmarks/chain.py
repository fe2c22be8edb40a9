"""`manage.py benchmark chain`: writing acts with one writer and with eight, and verifying many of them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from time import perf_counter
from typing import Any

from django.db import connection, connections

from audit.roots import sign_root
from audit.services import HatLabel, acting
from audit.verify import verify
from benchmarks.scratch import scratch_database

WRITERS = 8
SECONDS = 4.0

HAT = HatLabel(appointment="appointment/31", capacity="owner", role="DB-lid, DB MGR Limburg-Noord", behalf_of="Venlo")

# As the application writes them, without the round trips; each fourth has a motivation.
MANY = """
    DO $$ DECLARE act bigint; BEGIN
      FOR i IN 1..{acts} LOOP
        act := audit_open(NULL);
        PERFORM audit_close(
          act, 'case/' || 1000 + i % {chains}, 'person/' || i % 50, 'decide', appointment => 'appointment/' || i % 90,
          capacity => 'owner', role => 'DB-lid, DB MGR Limburg-Noord', behalf_of => 'Venlo', duty => 'decide',
          step => 'commissioning/1/db_decision', task => 'task/' || i, outcome => 'agreed',
          mandate => 'M-2026-04 v2, tot € 250.000',
          motivation => CASE i % 4 WHEN 0 THEN 'Past binnen het plan.' ELSE '' END,
          documents => encode(sha256(i::text::bytea), 'hex'), details => '{{"within_plan":true}}');
      END LOOP;
    END $$
"""


def run(*, acts: int = 200_000) -> dict[str, Any]:
    with scratch_database():
        alone, together = _write(1), _write(WRITERS)
        with_motivation = _write(1, motivation="Past binnen het uitvoeringsplan.")
        loading = _timed(lambda: _load(acts))
        signing, verifying = _timed(sign_root), _timed(_verify)
    return {
        "ms": {
            "act": round(1000 * median(alone), 2),
            "act_with_motivation": round(1000 * median(with_motivation), 2),
            "act_without_round_trips": round(1000 * loading / acts, 3),
            "sign_root": round(1000 * signing, 1),
            "verify": round(1000 * verifying),
        },
        "ratios": {"acts_8_over_1": round(len(together) / len(alone), 2)},
        "acts_per_s_1": round(len(alone) / SECONDS),
        "acts_per_s_8": round(len(together) / SECONDS),
        "verify_s_per_million": round(verifying / acts * 1_000_000, 1),
        "verified": acts,
    }


def _write(writers: int, motivation: str = "") -> list[float]:
    """How long each act took, of all that were written in the time given; each writer has a chain of its own."""
    until = perf_counter() + SECONDS

    def write(writer: int) -> list[float]:
        times = []
        while (began := perf_counter()) < until:
            with acting(
                chain=f"case/{writer}", verb="decide", actor="person/7", hat=HAT, step="commissioning/1/intake"
            ) as act:
                act.outcome, act.motivation = "agreed", motivation
            times.append(perf_counter() - began)
        connection.close()
        return times

    connection.close()  # the pool has eight
    with ThreadPoolExecutor(writers) as pool:
        return [time for times in pool.map(write, range(writers)) for time in times]


def _load(acts: int) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(MANY.format(acts=acts, chains=max(1, acts // 50)))
        cursor.execute("VACUUM ANALYZE audit_act, audit_text, audit_chainhead")


def _verify() -> None:
    findings = verify().findings
    if findings:
        raise RuntimeError(f"The scratch database does not verify: {findings[0]}")


def _timed(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began
