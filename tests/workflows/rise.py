"""Escalations by the names of the cast: each helper does one thing, in the hat that fits."""

from datetime import timedelta
from typing import Any

from audit import clock
from cases.models import Case
from config.demo import players
from config.demo.players import hat, open_task, who
from escalation.models import Deadline
from escalation.services.ladder import Promise
from tests.workflows import play
from workflows import clockwork, escalations

REPORTERS = {"limburg-noord": "marleen", "centraal-gelderland": "mehmet"}


def a_promise(**changes: Any) -> Promise:
    given: dict[str, Any] = {
        "what": "Wekelijks overleg met de aanbieder.", "who": "De contractbeheerder",
        "due_on": clock.today() + timedelta(days=30),
    }  # fmt: skip
    return Promise(**(given | changes))


def escalated(
    case: Case | None = None, *, by: str = "", scheme: str = play.SCHEME, body: str = "", category: str = "content",
    step: str = "", **options: Any,
) -> Case:  # fmt: skip
    """About a case that waits at its intake, or another one, and about one of its steps or none."""
    parent = case or play.brought_to("intake", scheme=scheme)
    task = open_task(parent, step).pk if step else None
    return escalations.open_escalation(
        **who(hat(by or REPORTERS[scheme], body)), case_id=parent.pk, category=category, task_id=task,
        **({"reason": "Wij wachten al weken op antwoord."} | options),
    )  # fmt: skip


def at_level(step: str, **options: Any) -> Case:
    """An escalation that nobody solved before this step."""
    case = escalated(**options)
    while step not in play.open_steps(case):
        rise(case)
    return case


def rise(case: Case) -> None:
    """Whoever handles it now gives it to the next level; a body says so in a meeting."""
    [step, *_] = [name for name in play.open_steps(case) if name != "spokesperson_line"]
    if step in ("strategic", "board"):
        play.meet(case, step, "rise")
    else:
        players.do(players.holder(case, step), case, step, "rise", motivation="Dit ligt hoger.")


def solve(case: Case, step: str) -> None:
    """With a measure; where a body decides, that is recorded afterwards."""
    if step in ("strategic", "board"):
        play.meet(case, step, "resolve")
        players.do(players.holder(case, "measure"), case, "measure", "recorded", promise=a_promise())
    else:
        players.do(
            players.holder(case, step), case, step, "resolve", promise=a_promise(), motivation="Zo lossen we het op."
        )
    if (consent := f"{step}_consent") in play.open_steps(case):
        players.do(players.holder(case, consent), case, consent, "agree")


def pass_time(case: Case) -> None:
    """The term of what waits passes, and the clock comes round."""
    for deadline in Deadline.objects.filter(case=case, state="armed", effect="term"):
        play.make_due(deadline)
        clockwork.fire(deadline.pk)


def close(case: Case, outcome: str = "close") -> None:
    players.do(players.holder(case, "referral"), case, "referral", outcome, motivation="Niemand kon dit oplossen.")


def state(case: Case) -> str:
    case.refresh_from_db()
    return case.state
