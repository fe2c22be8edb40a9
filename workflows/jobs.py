"""Jobs only call services."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from workflows import clockwork


@app.task(name="workflows.fire", queue="deadlines", retry=RetryStrategy(max_attempts=8, exponential_wait=3))
def fire(*, deadline_id: int) -> None:
    clockwork.fire(deadline_id)
