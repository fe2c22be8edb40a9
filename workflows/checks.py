"""What would make a flow go wrong later, said when the product starts. Each rule was learnt from a failure of viewflow.

What they guard against was reproduced; tests/workflows/test_viewflow.py shows that it does not happen here.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections
from viewflow.workflow import flow

from roles.models import Body, Scheme, StepBinding
from workflows.flows import ALL
from workflows.founding import faults as faults_in
from workflows.lock import CASE_LOCK
from workflows.models import CaseProcess, CaseTask
from workflows.names import flow_of, step_of
from workflows.nodes import Begin, Collective, Dated, Each, EachStep, Finish, Fork, Gate, Meet, Step, Wait
from workflows.tasks import CHANGES

OURS = (Begin, Collective, Dated, Each, EachStep, Finish, Fork, Gate, Meet, Step, Wait)


@register
def flows_are_sound(app_configs: Any = None, **_: Any) -> list[CheckMessage]:
    """Every rule, for every flow of the product."""
    return [message for flow_class in ALL for message in faults(flow_class)]


@register
def no_second_interface(app_configs: Any = None, **_: Any) -> list[CheckMessage]:
    """viewflow's own pages know nothing of hats, and would stand beside ours."""
    if "viewflow" not in settings.INSTALLED_APPS:
        return []
    hint = "Laat alleen ‘viewflow.workflow’ staan."
    return [Error("De app ‘viewflow’ staat in INSTALLED_APPS.", hint=hint, id="workflows.E010")]


@register(Tags.database)
def references_resolve(app_configs: Any = None, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Names of flows and steps stand in rows: renaming one needs a data migration, and until then this warns."""
    found: list[CheckMessage] = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            there = connections[alias].introspection.table_names(cursor)
        if CaseTask._meta.db_table in there:
            found += [
                Warning(f"‘{reference}’ staat in de database, maar niet in het programma.", id="workflows.W001")
                for reference in lost_references(alias)
            ]
    return found


@register(Tags.database)
def bindings_are_sound(app_configs: Any = None, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Of every regeling that is there; before its tables are migrated there is nothing to ask."""
    found: list[CheckMessage] = []
    for alias in databases or []:
        if not _as_now(alias, StepBinding, Body, Scheme):
            continue
        for scheme in Scheme.objects.using(alias):
            wrong = faults_in(StepBinding.objects.using(alias).filter(scheme=scheme).select_related("body"))
            found += [Error(f"{scheme}: {words}", id="workflows.E011") for words in wrong]
    return found


def _as_now(alias: str, *models: Any) -> bool:
    """The tables of these models have every column that the models know."""
    inspect = connections[alias].introspection
    with connections[alias].cursor() as cursor:
        there = inspect.table_names(cursor)
        return all(
            model._meta.db_table in there
            and {field.column for field in model._meta.concrete_fields}
            <= {column.name for column in inspect.get_table_description(cursor, model._meta.db_table)}
            for model in models
        )


def lost_references(alias: str) -> list[str]:
    """What rows say and no flow answers to."""
    tasks = _stored(alias, CaseTask, "flow_task")
    flows = _stored(alias, CaseProcess, "flow_class")
    return sorted([name for name in flows if not is_flow(name)] + [name for name in tasks if not is_step(name)])


def _stored(alias: str, model: Any, field: str) -> list[str]:
    """The distinct references of a column, as they are written: the field itself would resolve them, or give None."""
    table, column = model._meta.db_table, model._meta.get_field(field).column
    with connections[alias].cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT {column} FROM {table}")
        return [name for (name,) in cursor.fetchall()]


def is_flow(reference: str) -> bool:
    try:
        return flow_of(reference) in ALL
    except (AssertionError, ImportError, LookupError):
        return False


def is_step(reference: str) -> bool:
    """viewflow answers with an "obsolete" node for a name that its flow does not have."""
    try:
        return type(step_of(reference)) in OURS
    except (AssertionError, ImportError, LookupError):
        return False


def faults(flow_class: Any) -> Iterator[CheckMessage]:
    """Everything that is wrong with one flow."""
    for number, rule in enumerate(RULES, start=1):
        for words in rule(flow_class):
            yield Error(f"{flow_class.__name__}: {words}", id=f"workflows.E{number:03}")


def _locks_the_case(flow_class: Any) -> Iterator[str]:
    """Without a lock 60 of 60 double submissions counted twice."""
    if flow_class.lock_impl is not CASE_LOCK:
        yield "vergrendelt de zaak niet; zet lock_impl = CASE_LOCK."


def _stands_alone(flow_class: Any) -> Iterator[str]:
    """A flow that extends another shares its nodes, and corrupts them."""
    if flow_class.__bases__ != (flow.Flow,):
        yield "breidt een andere stroom uit; elke versie is een eigen module."
    yield from (f"wordt uitgebreid door {heir.__name__}." for heir in flow_class.__subclasses__())


def _uses_our_nodes(flow_class: Any) -> Iterator[str]:
    """Others ask nobody's right, and a boundary event (`OnTimeout`) holds up the join behind it for ever."""
    for node in _nodes(flow_class):
        if type(node) not in OURS:
            yield f"stap ‘{node.name}’ is een {type(node).__name__}; alleen stappen van workflows.nodes zijn veilig."


def _splits_are_closed(flow_class: Any) -> Iterator[str]:
    """Every token of a split comes to its one join: none goes back, ends the case, or splits again on the way.

    A join finds its waiting task by its step, so two branches with the same split in them would share it; and a token
    has room for 25 splits at most. Branches share no step, or nobody could tell whose it was.
    """
    for split in _of(flow_class, Each | Fork):
        inside = [_inside(flow_class, branch) for branch in split.branches]
        joins = {name for branch in inside for node in branch for name in _onward(node)} & _names(flow_class, Meet)
        if len(joins) != 1:
            yield f"splitsing ‘{split.name}’ komt niet op één plaats samen ({', '.join(sorted(joins)) or 'nergens'})."
        elif split.until is not None and split.until.name not in joins:
            yield f"splitsing ‘{split.name}’ komt niet samen bij ‘{split.until.name}’."
        for node in (node for branch in inside for node in branch):
            if isinstance(node, Each | Fork):
                yield f"binnen splitsing ‘{split.name}’ begint een splitsing (‘{node.name}’)."
            elif isinstance(node, Finish):
                yield f"binnen splitsing ‘{split.name}’ eindigt de zaak (‘{node.name}’)."
            for code, target in _ways_back(node):
                if target not in joins:
                    yield f"uitkomst ‘{code}’ van ‘{node.name}’ leidt terug vanuit splitsing ‘{split.name}’."
        names = [node.name for branch in inside for node in branch]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield f"stap ‘{name}’ ligt in meer dan een tak van splitsing ‘{split.name}’."


def _rounds_are_bounded(flow_class: Any) -> Iterator[str]:
    """Who goes round takes an outcome that is marked `back`, and those are counted."""
    onward = {node.name: list(_onward(node)) for node in _ours(flow_class)}
    try:
        TopologicalSorter(onward).prepare()
    except CycleError as error:
        yield f"gaat ongeteld rond langs {' en '.join(sorted(set(error.args[1])))}; merk de weg terug met back=True."
    for step in _of(flow_class, Step):
        if all(outcome.back for outcome in step.outcomes):
            yield f"uit stap ‘{step.name}’ leidt geen weg vooruit."
    counted = _counted_gates(flow_class)
    for gate in _of(flow_class, Gate):
        if gate.back and gate.name not in counted:
            yield f"vraag ‘{gate.name}’ leidt terug zonder dat een stap het telt."


def _counted_gates(flow_class: Any) -> set[str]:
    """The gates behind a join that an outcome marked `back` leads to: that one is counted, so they need not."""
    found: set[str] = set()
    waiting = [target for step in _of(flow_class, Step) for _, target in _ways_back(step)]
    waiting = [name for name in waiting if name in _names(flow_class, Meet)]
    while waiting:
        node = flow_class.instance.node(waiting.pop())
        if isinstance(node, Gate):
            found.add(node.name)
        if isinstance(node, Gate | Meet):
            waiting += [name for name in _onward(node) if name not in found]
    return found


def _outcomes_are_known(flow_class: Any) -> Iterator[str]:
    """What a deadline, a vote without result or a missing step brings, is an outcome of its step; each has one name."""
    for step in _of(flow_class, Step):
        codes = [outcome.code for outcome in step.outcomes]
        for code in (step.at_deadline, step.skip, getattr(step, "otherwise", "")):
            if code and code not in codes:
                yield f"stap ‘{step.name}’ heeft geen uitkomst ‘{code}’."
        if any(outcome.back and outcome.code == step.skip for outcome in step.outcomes):
            yield f"stap ‘{step.name}’ wordt overgeslagen langs een weg terug."
        if len(set(codes)) < len(codes):
            yield f"stap ‘{step.name}’ heeft een uitkomst meer dan eens."


def _changes_are_written(flow_class: Any) -> Iterator[str]:
    """Somebody's step has a function that says what it changes."""
    written = CHANGES.get(flow_class.code, {})
    for step in _of(flow_class, Step):
        if step.name not in written and not isinstance(step, Collective | Wait):
            yield f"stap ‘{step.name}’ staat niet in workflows.tasks."


def _phases_are_known(flow_class: Any) -> Iterator[str]:
    """Where a case stands is told by the phase of its step."""
    for node in (*_of(flow_class, Begin), *_of(flow_class, Step)):
        if node.phase not in flow_class.phases:
            yield f"fase ‘{node.phase}’ van ‘{node.name}’ is niet benoemd."


def _earlier_versions_are_known(flow_class: Any) -> Iterator[str]:
    """What it says of the steps of an earlier version is about steps that it has, and takes no name of its own."""
    names = {node.name for node in _nodes(flow_class)}
    for was, now in getattr(flow_class, "aliases", {}).items():
        if was in names or now not in names:
            yield f"alias ‘{was}’ voor ‘{now}’ klopt niet: de eerste naam moet vrij zijn, de tweede een stap."
    for name in getattr(flow_class, "admits", {}):
        if name not in names:
            yield f"laat zaken toe in ‘{name}’, dat geen stap is."


RULES: tuple[Callable[[Any], Iterable[str]], ...] = (
    _locks_the_case,
    _stands_alone,
    _uses_our_nodes,
    _splits_are_closed,
    _rounds_are_bounded,
    _outcomes_are_known,
    _changes_are_written,
    _phases_are_known,
    _earlier_versions_are_known,
)


def _nodes(flow_class: Any) -> list[Any]:
    return list(flow_class.instance.nodes())


def _ours(flow_class: Any) -> list[Any]:
    return [node for node in _nodes(flow_class) if type(node) in OURS]


def _of(flow_class: Any, kind: Any) -> list[Any]:
    return [node for node in _ours(flow_class) if isinstance(node, kind)]


def _onward(node: Any) -> Iterator[str]:
    """The names of what may follow, without the ways back."""
    if isinstance(node, Step):
        yield from (outcome.target.name for outcome in node.outcomes if not outcome.back)
    elif isinstance(node, Gate) and node.back:
        yield node.if_no.name
    else:
        yield from (name for name, _ in node.edges())


def _ways_back(node: Any) -> list[tuple[str, str]]:
    """What goes round from here: the outcome, and where it leads."""
    if isinstance(node, Gate):
        return [("ja", node.if_yes.name)] if node.back else []
    return [(outcome.code, outcome.target.name) for outcome in getattr(node, "outcomes", []) if outcome.back]


def _names(flow_class: Any, kind: Any) -> set[str]:
    return {node.name for node in _of(flow_class, kind)}


def _inside(flow_class: Any, branch: Any) -> list[Any]:
    """What lies between the first node of a branch and the join."""
    found: dict[str, Any] = {}
    waiting = [branch]
    while waiting:
        node = waiting.pop()
        if node.name not in found and type(node) in OURS and not isinstance(node, Meet):
            found[node.name] = node
            waiting += [flow_class.instance.node(name) for name in _onward(node)]
    return list(found.values())
