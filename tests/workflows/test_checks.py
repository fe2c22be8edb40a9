"""Each thing that makes a flow go wrong is named when the product starts."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.checks import Error
from viewflow import this
from viewflow.workflow import flow
from viewflow.workflow.lock import select_for_update_lock

from escalation.rules.terms import Term
from workflows import checks
from workflows.flows import ALL
from workflows.lock import CASE_LOCK
from workflows.models import CaseProcess, CaseTask
from workflows.nodes import Begin, Collective, Each, Finish, Gate, Meet, Step
from workflows.tasks import CHANGES

SAMPLE = "sample"


@pytest.fixture(autouse=True)
def _steps_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if each step of a sample had its function."""

    class Anything(dict[str, Any]):
        def __contains__(self, name: object) -> bool:
            return name != "unwritten"

    monkeypatch.setitem(CHANGES, SAMPLE, Anything())


def step(**options: Any) -> Any:
    usual: dict[str, Any] = {"label": "Stap", "lane": "MGR", "phase": "only", "duty": "", "term": Term(5)}
    return Step(**(usual | options))


def begin() -> Any:
    return Begin(label="Begin", lane="MGR", phase="only", duty="prepare")


def sample(**attributes: Any) -> Any:
    """A flow of these nodes, and as it should be for the rest."""
    whole = {
        "code": SAMPLE, "version": 1, "process_class": CaseProcess, "task_class": CaseTask, "lock_impl": CASE_LOCK,
        "phases": {"only": "Enige"}, "__module__": __name__, "end": Finish("Einde", state="granted", lane="MGR"),
    } | attributes  # fmt: skip
    return type(flow.Flow)("Sample", (flow.Flow,), whole)


def straight(**attributes: Any) -> Any:
    """Begin, one step, end."""
    return sample(**({"begin": begin().To(this.only), "only": step().On("done", "Klaar", this.end)} | attributes))


def split(**attributes: Any) -> Any:
    """Begin, for each: one step, join, end."""
    return sample(**{
        "begin": begin().To(this.each), "each": Each(lambda process: []).Do(this.ask),
        "ask": step().On("done", "Klaar", this.meet), "meet": Meet().Then(this.end),
    } | attributes)  # fmt: skip


def forked(**attributes: Any) -> Any:
    """Begin, for each: one step; beside them another; join, end."""
    return sample(**{
        "begin": begin().To(this.each),
        "each": Each(lambda process: []).Do(this.ask).Beside(this.other, until=this.meet),
        "ask": step().On("done", "Klaar", this.meet), "other": step().On("done", "Klaar", this.meet),
        "meet": Meet().Then(this.end),
    } | attributes)  # fmt: skip


def round_behind_the_join(*, back: bool) -> Any:
    """Who is asked may send back: counted there, and done behind the join."""
    asks = step().On("done", "Klaar", this.meet).On("again", "Opnieuw", this.meet, back=back)
    gate = Gate("Opnieuw?", bool).Yes(this.begun, back=True).No(this.end)
    return forked(
        begin=begin().To(this.begun), begun=step().On("done", "Klaar", this.each), ask=asks,
        meet=Meet().Then(this.gate), gate=gate,
    )  # fmt: skip


def heir() -> Any:
    return type(flow.Flow)("Heir", (straight(),), {"__module__": __name__})


def parent() -> Any:
    flow_class = straight()
    flow_class.heir = type(flow.Flow)("Heir", (flow_class,), {"__module__": __name__})  # kept alive
    return flow_class


# What is wrong: the flow, and what is said of it.
WRONG: dict[str, tuple[Callable[[], Any], str, str]] = {
    "another lock": (lambda: straight(lock_impl=select_for_update_lock), "E001", "vergrendelt de zaak niet"),
    "a flow that extends another": (heir, "E002", "breidt een andere stroom uit"),
    "a flow that is extended": (parent, "E002", "wordt uitgebreid door Heir"),
    "a stock node": (
        lambda: straight(begin=begin().To(this.job), job=flow.Function(lambda activation: None).Next(this.only)),
        "E003", "‘job’ is een Function",
    ),
    "a timer on a step": (
        lambda: straight(only=step().On("done", "Klaar", this.end).OnTimeout(timedelta(days=1), this.end)),
        "E003", "‘only__timeout’ is een TimerBoundary",
    ),
    "a way back from inside a split": (
        lambda: split(ask=step().On("done", "Klaar", this.meet).On("again", "Opnieuw", this.each, back=True)),
        "E004", "‘again’ van ‘ask’ leidt terug",
    ),
    "an end inside a split": (
        lambda: split(ask=step().On("done", "Klaar", this.meet).On("stop", "Stop", this.end)),
        "E004", "eindigt de zaak (‘end’)",
    ),
    "a split inside a split": (
        lambda: split(
            ask=step().On("done", "Klaar", this.again), again=Each(lambda process: []).Do(this.more),
            more=step().On("done", "Klaar", this.meet),
        ),
        "E004", "begint een splitsing (‘again’)",
    ),
    "branches that do not meet": (
        lambda: forked(other=step().On("done", "Klaar", this.third), third=Meet().Then(this.meet_too),
                       meet_too=step().On("done", "Klaar", this.end)),
        "E004", "komt niet op één plaats samen (meet, third)",
    ),
    "branches that meet elsewhere than they say": (
        lambda: forked(
            each=Each(lambda process: []).Do(this.ask).Beside(this.other, until=this.elsewhere),
            elsewhere=Meet().Then(this.end),
        ),
        "E004", "komt niet samen bij ‘elsewhere’",
    ),
    "a step in two branches": (
        lambda: forked(other=Gate("Wie?", bool).Yes(this.ask).No(this.meet)), "E004", "‘ask’ ligt in meer dan een tak",
    ),
    "an end in the second branch": (
        lambda: forked(other=step().On("done", "Klaar", this.meet).On("stop", "Stop", this.end)),
        "E004", "eindigt de zaak (‘end’)",
    ),
    "a way back from the second branch": (
        lambda: forked(other=step().On("done", "Klaar", this.meet).On("again", "Opnieuw", this.each, back=True)),
        "E004", "‘again’ van ‘other’ leidt terug",
    ),
    "a gate that leads back from a branch": (
        lambda: forked(other=Gate("Opnieuw?", bool).Yes(this.each, back=True).No(this.meet)),
        "E004", "‘ja’ van ‘other’ leidt terug",
    ),
    "a gate that leads back uncounted": (
        lambda: round_behind_the_join(back=False), "E005", "‘gate’ leidt terug zonder dat een stap het telt",
    ),
    "a step that is skipped to nowhere": (
        lambda: straight(only=step(skip="gone").On("done", "Klaar", this.end)), "E006", "geen uitkomst ‘gone’",
    ),
    "a step that is skipped backwards": (
        lambda: straight(
            only=step(skip="again").On("done", "Klaar", this.end).On("again", "Opnieuw", this.only, back=True)
        ),
        "E006", "overgeslagen langs een weg terug",
    ),
    "a loop that nobody counts": (
        lambda: straight(
            only=step().On("done", "Klaar", this.gate), gate=Gate("Klaar?", bool).Yes(this.end).No(this.only)
        ),
        "E005", "gaat ongeteld rond langs gate en only",
    ),
    "a step that only leads back": (
        lambda: straight(only=step().On("again", "Opnieuw", this.only, back=True)), "E005", "leidt geen weg vooruit",
    ),
    "a deadline that brings nothing known": (
        lambda: straight(only=step(at_deadline="late").On("done", "Klaar", this.end)), "E006", "geen uitkomst ‘late’",
    ),
    "a vote without result that brings nothing known": (
        lambda: straight(
            only=Collective(
                label="Besluit", lane="DB", phase="only", duty="", vote_duty="decide", term=Term(5), otherwise="no"
            ).On("yes", "Ja", this.end)
        ),
        "E006", "geen uitkomst ‘no’",
    ),
    "an outcome twice": (
        lambda: straight(only=step().On("done", "Klaar", this.end).On("done", "Gereed", this.end)),
        "E006", "een uitkomst meer dan eens",
    ),
    "a step that changes nothing known": (
        lambda: straight(begin=begin().To(this.unwritten), unwritten=step().On("done", "Klaar", this.end)),
        "E007", "‘unwritten’ staat niet in workflows.tasks",
    ),
    "an alias for a step that is there": (
        lambda: straight(aliases={"only": "end"}), "E009", "alias ‘only’ voor ‘end’ klopt niet",
    ),
    "an alias for nothing": (lambda: straight(aliases={"was": "gone"}), "E009", "alias ‘was’ voor ‘gone’ klopt niet"),
    "somebody is let in where nothing is": (
        lambda: straight(admits={"gone": bool}), "E009", "laat zaken toe in ‘gone’",
    ),
    "a phase without a name": (
        lambda: straight(only=step(phase="other").On("done", "Klaar", this.end)), "E008", "fase ‘other’ van ‘only’",
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", WRONG)
def test_a_flow_that_would_go_wrong_is_named(mistake: str) -> None:
    make, code, words = WRONG[mistake]
    found = list(checks.faults(make()))
    assert all(isinstance(message, Error) for message in found)
    assert any(message.id == f"workflows.{code}" and words in message.msg for message in found), found


@pytest.mark.parametrize(
    "make",
    [
        straight,
        split,
        forked,
        partial(round_behind_the_join, back=True),
        partial(straight, only=step(skip="done").On("done", "Klaar", this.end)),
    ],
)
def test_a_flow_as_it_should_be_is_not(make: Callable[[], Any]) -> None:
    assert list(checks.faults(make())) == []


def test_the_flows_of_the_product_are_sound() -> None:
    assert [list(checks.faults(flow_class)) for flow_class in ALL] == [[]] * len(ALL)
    assert checks.flows_are_sound() == checks.no_second_interface() == []


def test_viewflows_own_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "settings", SimpleNamespace(INSTALLED_APPS=["viewflow", "viewflow.workflow"]))
    [found] = checks.no_second_interface()
    assert found.id == "workflows.E010"
