"""Jobs only call services."""

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from workflows import clockwork, endings, figures, reminding, taken_out, talks, version_runs
from workflows.conformance import keeping as conformance
from workflows.destroying.carrying_out import carry_out as carry_out_destruction
from workflows.exporting.keeping import make as make_one
from workflows.meetings import quorum
from workflows.versions import Order


@app.task(name="workflows.fire_due", queue="deadlines", retry=RetryStrategy(max_attempts=8, exponential_wait=3))
def fire_due(*, case_id: int) -> None:
    """Whatever is due in one case, in order."""
    clockwork.fire_due(case_id)


@app.task(name="workflows.remind", queue="deadlines")
def remind(*, deadline_ids: list[int]) -> None:
    """Each by itself: what fails, or a killed worker left, the tick hands out again."""
    for deadline_id in deadline_ids:
        reminding.remind(deadline_id)


@app.periodic(cron="* * * * *")
@app.task(name="workflows.end_of_term", queue="deadlines")
def end_of_term(timestamp: int = 0) -> None:
    """Each minute, and when the register changed: what waited for whose appointment is over, or who is away."""
    endings.settle_all()


@app.periodic(cron="*/10 * * * *")
@app.task(name="workflows.watch_quorum", queue="deadlines")
def watch_quorum(timestamp: int = 0) -> None:
    """And when somebody is away or back: whether enough members will come."""
    quorum.watch()


@app.task(name="workflows.carry_out", queue="upkeep", retry=RetryStrategy(max_attempts=3, wait=30))
def carry_out(*, run_id: int, user_id: int, appointment_id: int, substitution_id: int | None = None) -> None:
    """Cases to another version, or back; what a killed worker left is done when the job is tried again."""
    version_runs.carry_out_for(run_id=run_id, order=Order(user_id, appointment_id, substitution_id))


@app.periodic(cron="7 * * * *")
@app.task(name="workflows.open_reviews", queue="upkeep")
def open_reviews(timestamp: int = 0) -> None:
    """Each hour: contracts in their tiers, and the talks that are due."""
    talks.open_due()


@app.periodic(cron="* * * * *")
@app.task(name="workflows.count_figures", queue="upkeep")
def count_figures(timestamp: int = 0) -> None:
    """Each minute: what moved since it was counted."""
    figures.catch_up()


@app.periodic(cron="*/5 * * * *")
@app.task(name="workflows.replay_cases", queue="upkeep")
def replay_cases(timestamp: int = 0) -> None:
    """Every five minutes: whether the cases that moved followed their process."""
    conformance.catch_up()


@app.task(name="workflows.destroy", queue="upkeep", retry=RetryStrategy(max_attempts=8, exponential_wait=3))
def destroy(*, destruction_id: int) -> None:
    """Cases whose term is over, as two people decided; what a killed worker left is done when it is tried again."""
    carry_out_destruction(destruction_id, forget=taken_out.forget)


EXPORTING = RetryStrategy(max_attempts=3, wait=30)


@app.task(name="workflows.make_export", queue="exports", lock="exports", pass_context=True, retry=EXPORTING)
def make_export(context: JobContext, *, export_id: int) -> None:
    """One at a time, each for a while; what a killed worker left goes on where it was."""
    try:
        make_one(export_id)
    except Exception:
        if context.job.attempts + 1 >= (EXPORTING.max_attempts or 1):
            taken_out.fail(export_id)
        raise


@app.periodic(cron="23 * * * *")
@app.task(name="workflows.expire_exports", queue="upkeep")
def expire_exports(timestamp: int = 0) -> None:
    """Each hour: what was taken out a week ago."""
    taken_out.expire()
