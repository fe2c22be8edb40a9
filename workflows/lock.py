"""One lock a case, whoever comes: its root first, then itself. A system check refuses any other."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from workflows.models import CaseProcess


class CaseLock:
    """viewflow's own entrances pass here too. It waits as long as the connection's lock_timeout allows."""

    @contextmanager
    def __call__(self, flow_class: Any, process_pk: int) -> Iterator[None]:
        with transaction.atomic():
            CaseProcess.objects.select_for_update(of=("case",), no_key=True).select_related("case").filter(
                pk=process_pk
            ).first()
            yield


CASE_LOCK = CaseLock()
