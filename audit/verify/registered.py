"""What only the layers above know how to check: they say it in `AUDIT_CHECKS`, and evidence depends on none of them.

A check is a function that is given a cursor, in the snapshot that everything is read in, and the scope.
"""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.db.backends.utils import CursorWrapper
from django.utils.module_loading import import_string

from audit.verify.report import Finding
from audit.verify.scope import Scope

Check = Callable[[CursorWrapper, Scope], Iterable[Finding]]


def registered() -> list[Check]:
    return [import_string(path) for path in settings.AUDIT_CHECKS]
