"""Jobs only call services. This one runs each minute whatever happens, so that it tells nothing by running."""

from procrastinate.contrib.django import app

from escalation.whistleblowing.services import clock, ending


@app.periodic(cron="* * * * *")
@app.task(name="whistleblowing.tick", queue="upkeep")
def tick(timestamp: int = 0) -> None:
    clock.tick()
    ending.sweep()
