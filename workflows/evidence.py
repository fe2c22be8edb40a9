"""What the verifier asks of flows (`AUDIT_CHECKS`): names in rows and acts that no flow answers to any more."""

from collections.abc import Iterator

from django.db.backends.utils import CursorWrapper

from audit.verify.report import Finding
from audit.verify.scope import Scope, stream
from workflows.checks import is_flow, is_step
from workflows.flows import ALL

# Where a name stands, how it is told, and since when. A meeting's items and a case's papers name the step alone.
REFERENCES = """
    SELECT 'flow', 'workflows_caseprocess ' || min(id), flow_class, min(created)
    FROM workflows_caseprocess WHERE {case_id} GROUP BY flow_class
    UNION ALL
    SELECT 'step', 'workflows_casetask ' || min(id), flow_task, min(created)
    FROM workflows_casetask WHERE {case_id} GROUP BY flow_task
    UNION ALL
    SELECT 'name', 'cases_ballot ' || min(id), step, NULL FROM cases_ballot WHERE {case_id} GROUP BY step
    UNION ALL
    SELECT 'name', 'cases_remark ' || min(id), step, min(said_at) FROM cases_remark
    WHERE step <> '' AND {case_id} GROUP BY step
    UNION ALL
    SELECT 'name', 'cases_document ' || min(id), step, NULL FROM cases_document
    WHERE step <> '' AND {case_id} GROUP BY step
    UNION ALL
    SELECT 'act', min(chain), step, min(at) FROM audit_act WHERE step LIKE '%/%/%' AND {act} GROUP BY step
"""

TYPES = ("text", "text", "text", "timestamptz")


def lost_names(cursor: CursorWrapper, scope: Scope) -> Iterator[Finding]:
    """An act keeps the name of its day: it is `<flow>/<version>/<step>`, of a version that is still in the program."""
    case = act = "true"
    if not scope.whole:
        numbers = [chain.removeprefix("case/") for chain in scope.chains if chain.startswith("case/")]
        case = f"case_id = ANY('{{{','.join(sorted(filter(str.isdecimal, numbers)))}}}')"
        act = f"id = ANY('{{{','.join(map(str, sorted(scope.acts)))}}}')"
    known = _Names()
    for kind, where, name, since in stream(cursor, REFERENCES.format(case_id=case, act=act), TYPES):
        if not known.answers(kind, name):
            yield Finding("name_lost", where, f"noemt ‘{name}’, dat het programma niet kent", since)


class _Names:
    """Every name that a version of a flow gives a step, or says that an earlier one gave it."""

    def __init__(self) -> None:
        self.of_version: dict[str, set[str]] = {}
        for flow in ALL:
            names = {node.name for node in flow.instance.nodes()} | set(getattr(flow, "aliases", {}))
            self.of_version.setdefault(f"{flow.code}/{flow.version}", set()).update(names)
        self.all = set[str]().union(*self.of_version.values())

    def answers(self, kind: str, name: str) -> bool:
        if kind == "flow":
            return is_flow(name)
        if kind == "step":
            return is_step(name)
        if kind == "name":
            return name in self.all
        version, _, step = name.rpartition("/")
        return step in self.of_version.get(version, set())
