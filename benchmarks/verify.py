"""`manage.py benchmark verify`: a million acts in one pass, against the least that reading them could take.

Each act changes a row, every fourth holds a motivation, fifty make a chain. The floor reads every row of acts, versions
and texts, and takes the SHA-256 of each. A time is the shortest of some: the longer ones say what else the machine did.
Memory is what the process holds at most while it verifies; and, where the server runs on the same machine, what its
processes hold together beside what they share.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread
from time import perf_counter
from typing import Any

from django.db import connection, connections

from audit.format import field_list_version
from audit.roots import sign_root
from audit.services import acting
from audit.triggers import columns_of, digest_expression
from audit.verify import verify
from benchmarks.scratch import scratch_database
from roles.models import Organisation
from workflows.founding import set_up_fixture

ACTS = 1_000_000
LATER = 1_000
IN_A_CHAIN = 50

# One act in each chain, as the application would have written it, but all at once: in the manner of a restore, in which
# the database checks the hashes that rows come with. (Chains of meetings: beside those of cases, search is written.)
ROUND = """
    INSERT INTO audit_text (id, chain, content, salt, commitment, created_at, act_id)
      SELECT {text} + n, 'meeting/' || n, 'Past binnen het plan.', salt,
             sha256(salt || convert_to('Past binnen het plan.', 'UTF8')), app_now(), {act} + n
        FROM numbered, sha256(int8send({act} + n)) AS salt WHERE n % 4 = {round} % 4;
    INSERT INTO roles_historicalorganisation
        (id, scheme_id, code, name, kind, history_date, history_type, act_id)
      SELECT id, scheme_id, code, 'Gemeente {round}', kind, app_now(), '~', {act} + n FROM numbered;
    INSERT INTO audit_act
      SELECT a.*, audit_act_hash(ROW(a.*, NULL, NULL, NULL)::audit_act), NULL,
             CASE WHEN (a.id - {act}) % 4 = {round} % 4 THEN {text} + a.id - {act} END
        FROM (
          SELECT {act} + n, 1, 'meeting/' || n, {round}, app_now(), 'person/' || n % 50, 'appointment/' || n % 90,
                 'owner', 'DB-lid, DB MGR Limburg-Noord', 'Venlo', 'decide', 'decide', 'commissioning/1/db_decision',
                 'task/' || {act} + n, 'agreed', 'M-2026-04 v2, tot € 250.000', '',
                 coalesce(encode(t.commitment, 'hex'), ''), '', encode(sha256(int8send({act} + n)), 'hex'),
                 '{{"within_plan":true}}',
                 'roles_organisation ' || r.id || ' ~ {version} ' || encode(sha256(convert_to({digest}, 'UTF8')), 'hex')
                   || E'\n' || coalesce('audit_text ' || t.id || ' + commitment ' || encode(t.commitment, 'hex')
                   || E'\n', ''),
                 gen_random_uuid(), coalesce((
                   SELECT p.hash FROM audit_act p WHERE p.chain = 'meeting/' || n AND p.seq = {round} - 1), '')
            FROM (SELECT n, id, scheme_id, code, 'Gemeente {round}' AS name, kind FROM numbered) AS r
            LEFT JOIN audit_text t ON t.id = {text} + n AND t.act_id = {act} + n
        ) AS a (id, format, chain, seq, at, actor, appointment, capacity, role, behalf_of, verb, duty, step, task,
                outcome, mandate, ground, motivation, flags, documents, details, changes, correlation, prev);
    INSERT INTO audit_chainhead SELECT chain, seq, hash FROM audit_act WHERE id > {act}
      ON CONFLICT (chain) DO UPDATE SET seq = EXCLUDED.seq, hash = EXCLUDED.hash;
    UPDATE roles_organisation SET name = 'Gemeente {round}' WHERE id IN (SELECT id FROM numbered);
"""

# A hundred rows an act: the lines of an act are gathered in a setting, which is copied for each.
ROWS = """
    DO $$ BEGIN
      FOR low IN 1..{chains} BY 100 LOOP
        PERFORM audit_open(NULL);
        INSERT INTO roles_organisation (scheme_id, code, name, kind)
          SELECT (SELECT min(id) FROM roles_scheme), 'o' || i, 'Gemeente', 'other'
            FROM generate_series(low, least(low + 99, {chains})) i;
        PERFORM audit_close(current_setting('rolzuiver.act')::bigint, 'system', 'system', 'benchmark');
      END LOOP;
    END $$
"""

NUMBERED = """
    CREATE TEMP TABLE numbered AS SELECT substring(code FROM 2)::bigint AS n, id, scheme_id, code, kind
      FROM roles_organisation WHERE name = 'Gemeente' AND kind = 'other';
    ANALYZE numbered
"""

READ = ("audit_act", "audit_text", "roles_historicalorganisation")


def run(*, acts: int = ACTS) -> dict[str, Any]:
    with scratch_database():
        set_up_fixture("limburg-noord")
        began = perf_counter()
        _load(acts)
        loading = perf_counter() - began
        root = sign_root()
        assert root is not None
        floor, full = (min(times) for times in zip(*((_timed(_floor), _timed(_verify)) for _ in range(3)), strict=True))
        with _memory() as peak:  # apart: who looks takes time too
            _verify()
        _act_again()
        later = min(_timed(lambda: _verify(root.number)) for _ in range(9))
    return {
        "s": {"floor": round(floor, 2), "full": round(full, 2), "since_root": round(later, 3)},
        "ratios": {"full_over_floor": round(full / floor, 2), "since_root_over_full": round(later / full, 4)},
        "peak_mb": peak,
        "loading_s": round(loading),
        "acts": acts,
        "acts_since_root": LATER,
    }


def _load(acts: int) -> None:
    columns = columns_of(Organisation)
    chains = acts // IN_A_CHAIN
    with connections["owner"].cursor() as cursor:
        cursor.execute(ROWS.format(chains=chains))
        cursor.execute(NUMBERED)
        cursor.execute("SET session_replication_role = replica")  # for which one has to be a superuser
        cursor.execute("SELECT (SELECT max(id) FROM audit_act), (SELECT max(id) FROM audit_text)")
        act, text = cursor.fetchone()
        for turn in range(IN_A_CHAIN):
            cursor.execute(
                ROUND.format(
                    act=act + turn * chains,
                    text=text + turn * chains,
                    round=turn + 1,
                    version=field_list_version("roles_organisation", columns),
                    digest=digest_expression(columns, "r"),
                )
            )
        cursor.execute("SELECT setval('audit_act_id_seq', max(id)) FROM audit_act")
        cursor.execute("SELECT setval('audit_text_id_seq', max(id)) FROM audit_text")
        cursor.execute("RESET session_replication_role; DROP TABLE numbered")
        cursor.execute("VACUUM ANALYZE")
    _settle()


def _settle() -> None:
    """What was written lies on disk, and is not written while something is timed; and what loading left behind in
    Python is not gone through again and again, as the command has nothing of that.
    """
    gc.collect()
    gc.freeze()
    with connections["owner"].cursor() as cursor:
        cursor.execute("CHECKPOINT")


def _act_again() -> None:
    """As the application does it, one by one: so many that two thirds stand in chains of their own."""
    for number, organisation in enumerate(Organisation.objects.filter(code__startswith="o")[:LATER]):
        with acting(chain=f"meeting/{number * 2 // 3 + 1}", verb="decide", actor="person/7") as act:
            organisation.name = f"Gemeente nummer {number}"
            organisation.save()
            act.motivation = "Past binnen het plan." if number % 4 == 0 else ""
    _settle()


def _floor() -> None:
    with connection.cursor() as cursor:
        for table in READ:
            with cursor.copy(f"COPY {table} TO STDOUT (FORMAT binary)") as rows:
                for row in rows:
                    sha256(row).digest()


def _verify(since: int | None = None) -> None:
    findings = verify(since=since).findings
    if findings:
        raise RuntimeError(f"The scratch database does not verify: {findings[0]}")


@contextmanager
def _memory() -> Iterator[dict[str, int]]:
    """Looked at twenty times a second, in MB of memory of one's own (`RssAnon`)."""
    peak = {"verifier": 0}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [backend] = cursor.fetchone()
    done = Event()

    def watch() -> None:
        while not done.wait(0.05):
            for name, processes in (("verifier", ["self"]), ("server", _beside(backend))):
                held = [_held(process) or 0 for process in processes]
                peak[name] = max(peak.get(name, 0), sum(held))

    watcher = Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        done.set()
        watcher.join()


def _beside(backend: int) -> list[str]:
    """All processes of the server; none where it runs elsewhere."""
    try:
        server = Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[1]
        return Path(f"/proc/{server}/task/{server}/children").read_text().split()
    except OSError:
        return []


def _held(process: str) -> int | None:
    try:
        status = Path("/proc", process, "status").read_text()
    except OSError:
        return None
    return next((int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("RssAnon")), None)


def _timed(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began
