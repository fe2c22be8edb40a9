"""Jobs only call services."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from workflows import clockwork, endings


@app.task(name="workflows.fire", queue="deadlines", retry=RetryStrategy(max_attempts=8, exponential_wait=3))
def fire(*, deadline_id: int) -> None:
    clockwork.fire(deadline_id)


@app.periodic(cron="* * * * *")
@app.task(name="workflows.end_of_term", queue="deadlines")
def end_of_term(timestamp: int = 0) -> None:
    """Each minute, and when the register changed: what waited for whose appointment is over."""
    endings.settle_all()
