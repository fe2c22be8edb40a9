"""The tables of versions, and by which field lists they can be read today."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models
from django.db.backends.utils import CursorWrapper

from audit.triggers import columns_of, digest_expression, pk_of, plain_words, tracked_models
from audit.verify.report import Report


@dataclass(frozen=True, slots=True)
class FieldList:
    version: str
    table: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Versions:
    """Of one table. Statements are about the act `a` and its version `h`."""

    table: str
    history: str
    pk: str
    usable: Sequence[FieldList]
    unusable: Sequence[str]  # a column is gone
    redacted: bool  # there are plain words, which may have been destroyed

    @property
    def of_one_list(self) -> bool:
        return len(self.usable) == 1 and not self.unusable

    @property
    def words(self) -> str:
        """SQL for what stands before the digest in the line of an act: by the list that the act named."""
        line = f"'{self.table} ' || h.\"{self.pk}\" || ' ' || h.history_type || ' ' || "
        return line + self._by_list({name: f"'{name} '" for name in (*self._readable, *self.unusable)}, "''")

    @property
    def content(self) -> str:
        """SQL for what the digest is taken over; NULL where that cannot be said any more."""
        return self._by_list(self._readable, "NULL")

    @property
    def _readable(self) -> dict[str, str]:
        return {known.version: digest_expression(known.columns, "h") for known in self.usable}

    def _by_list(self, values: dict[str, str], otherwise: str) -> str:
        if self.of_one_list:
            return next(iter(values.values()))
        cases = " ".join(f"WHEN a.changes LIKE '% {name} %' THEN {value}" for name, value in values.items())
        return f"CASE {cases} ELSE {otherwise} END" if cases else otherwise


@dataclass(frozen=True, slots=True)
class Known:
    """All of them; and what acts may name that is there no more."""

    tables: Sequence[Versions]
    gone: frozenset[str]  # tables
    stale: frozenset[str]  # field lists

    def remark(self, report: Report) -> None:
        for name in sorted(self.gone):
            report.remarks.append(f"Tabel {name} is er niet meer; wat handelingen over haar zeggen is niet vergeleken.")
        for version in sorted(self.stale):
            report.remarks.append(f"Velden van lijst {version} zijn er niet meer; die versies zijn alleen geteld.")


def known_versions(cursor: CursorWrapper) -> Known:
    known = field_lists(cursor)
    tables = [_versions(model, history, known) for model, history in tracked_models()]
    gone = {each.table for each in known} - {each.table for each in tables}
    return Known(tables, frozenset(gone), frozenset(name for each in tables for name in each.unusable))


def field_lists(cursor: CursorWrapper) -> list[FieldList]:
    cursor.execute('SELECT version, "table", columns FROM audit_fieldlist ORDER BY version')
    return [FieldList(version, table, tuple(columns.split())) for version, table, columns in cursor.fetchall()]


def _versions(model: type[models.Model], history: type[models.Model], known: Sequence[FieldList]) -> Versions:
    table, columns = model._meta.db_table, set(columns_of(model))
    mine = [each for each in known if each.table == table]
    return Versions(
        table,
        history._meta.db_table,
        pk_of(model),
        [each for each in mine if set(each.columns) <= columns],
        [each.version for each in mine if not set(each.columns) <= columns],
        redacted=bool(plain_words(model)),
    )
