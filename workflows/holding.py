"""A step that an escalation stops: its clock stands still and nobody does anything with it, until it is let go."""

from cases.models import Case
from workflows import clocks, sql
from workflows.engine import Work, move
from workflows.models import CaseTask


def hold(work: Work, *, task_id: int, holder: Case) -> None:
    """Within a move of the case whose step it is."""
    clocks.stop(work, task_id=task_id, holder=holder)
    sql.hold(task_id, holder.pk)


def let_go(work: Work) -> None:
    """Of an escalation: the step goes on. In an act of the other case's own, by who brought it about.

    Both hang under one root, which is locked already: a step there waits, or finds it released.
    """
    escalation, parent = work.content, work.case.parent_id
    assert parent is not None
    if not CaseTask.objects.filter(pk=escalation.task, finished=None, held_by=work.case).exists():
        return  # that case ended, or went past the step, in the meantime
    with move(case_id=parent, verb="release_step", while_suspended=True, after_end=True) as above:
        above.by, above.user_id, above.correlation = work.by, work.user_id, work.correlation
        above.details |= {"escalation": work.case.number, "step": escalation.step}
        sql.let_go(escalation.task, work.case.pk)
        clocks.start(above, task_id=escalation.task, holder=work.case)


def ended(work: Work) -> None:
    """To be done once the act of a step of an escalation is written: if that was its end, what it held goes on."""
    if work.content.holds and not work.case.is_running:
        let_go(work)
