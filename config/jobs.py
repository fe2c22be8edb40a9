"""Upkeep of the queue itself."""

import logging

from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException

logger = logging.getLogger(__name__)

# A worker tells every ten seconds that it lives.
SILENT_FOR = 30


@app.periodic(cron="* * * * *")
@app.task(queue="upkeep")
async def rescue_stalled(timestamp: int) -> None:
    """Hand out again what a killed worker was doing.

    Without a lock, which a killed rescue would hold for ever; so two may try the same job, and one of them fails.
    """
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_FOR):
        try:
            await app.job_manager.retry_job(job)
        except ConnectorException:
            logger.warning("Job %s was not rescued", job.id, exc_info=True)
