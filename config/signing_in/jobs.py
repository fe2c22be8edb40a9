"""What time makes of sessions."""

from django.core.management import call_command
from procrastinate.contrib.django import app


@app.periodic(cron="20 3 * * *")
@app.task(name="signing_in.forget_sessions", queue="upkeep")
def forget_sessions(timestamp: int) -> None:
    """Nobody can use a session that has expired, but it says who was here."""
    call_command("clearsessions")
