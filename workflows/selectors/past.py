"""How things were: every row of a case at a moment, from the versions that the database keeps with each act.

The acts of a case name the rows that they changed, so evidence itself says what belongs to it; a row's versions are
found by its key, whichever case changed it last.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.timezone import localdate

from audit.models import Act
from audit.selectors import changes
from audit.triggers import tracked_models
from roles.models import Appointment, Mandate, Scheme
from workflows.models import CaseProcess, VersionChange

Key = tuple[str, str]  # a table, and the row in it


@dataclass(frozen=True, slots=True)
class Moment:
    """Up to and including an act, or a time."""

    at: datetime
    act: int | None = None

    def holds(self, at: datetime, act: int) -> bool:
        return (at, act) <= (self.at, act if self.act is None else self.act)


@dataclass(frozen=True, slots=True)
class Version:
    """A row as one act left it; `-`: removed by it. Texts are named by their number: what was destroyed stays so."""

    model: type[Model]
    pk: Any
    kind: str
    values: Mapping[str, Any]
    at: datetime
    act_id: int
    chain: str
    seq: int

    @property
    def key(self) -> Key:
        return self.model._meta.db_table, str(self.pk)


def tables() -> dict[str, type[Model]]:
    """Everything whose versions are kept, by the name of its table."""
    return {model._meta.db_table: model for model, _ in tracked_models()}


def touched(acts: Iterable[Act]) -> dict[str, set[str]]:
    """Table -> the rows that these acts changed."""
    found: dict[str, set[str]] = defaultdict(set)
    for act in acts:
        for change in changes(act):
            found[change.table].add(change.pk)
    return found


def versions(rows: Mapping[str, Iterable[str]]) -> list[Version]:
    """Every version of these rows, the oldest first. One query for each kind of row."""
    known = tables()
    found: list[Version] = []
    for table in sorted(rows.keys() & known.keys()):
        found += _versions(known[table], rows[table])
    return found


def _versions(model: Any, keys: Iterable[str]) -> list[Version]:
    names, pk = [field.attname for field in model._meta.concrete_fields], model._meta.pk
    wanted = [pk.to_python(key) for key in keys]
    rows = model.history.filter(**{f"{pk.attname}__in": wanted}).order_by("history_id")
    beside = ("history_type", "act__at", "act_id", "act__chain", "act__seq")
    return [
        Version(model, row[pk.attname], row["history_type"], {name: row[name] for name in names}, *(
            row[name] for name in beside[1:]
        ))
        for row in rows.values(*names, *beside)
    ]  # fmt: skip


def standing(found: Sequence[Version], moment: Moment) -> dict[Key, Version]:
    """The newest version of each row at a moment; of what was removed by then, none."""
    newest: dict[Key, Version] = {}
    for version in found:
        if moment.holds(version.at, version.act_id):
            newest[version.key] = version
    return {key: version for key, version in newest.items() if version.kind != "-"}


def bindings(process: CaseProcess, acts: Iterable[Act], moment: Moment) -> Mapping[str, Any]:
    """Who had which step, frozen as it is in a case; before it went to another version, what that change kept of then.
    One query, where it did.
    """
    over = next((act for act in acts if act.verb == "migrate_version" and not moment.holds(act.at, act.pk)), None)
    bound: Mapping[str, Any] = process.bindings
    if over is not None:
        bound = VersionChange.objects.get(case=process.case_id, run=over.data["run"]).before["bindings"]
    return bound


def appointments(positions: Iterable[int], moment: Moment) -> list[Any]:
    """Who held these positions on that day, as the register then said. Two queries."""
    known = Appointment.history.filter(position__in=list(positions), act__at__lte=moment.at)
    newest = known.order_by("id", "-history_id").distinct("id")
    day = localdate(moment.at)
    held = [
        row for row in newest
        if row.history_type != "-" and row.valid_from <= day and (row.valid_until is None or day <= row.valid_until)
    ]  # fmt: skip
    named = ("person__name", "position__role", "position__body", "organisation")
    people = Appointment.objects.select_related(*named).in_bulk([row.id for row in held])
    return [people[row.id] for row in held if row.id in people]


def mandates(scheme: Scheme, positions: Iterable[int], moment: Moment) -> list[Mandate]:
    """The mandates of these positions that were in force. One query: a version of a mandate is never edited, but for
    the day on which it ends."""
    day = localdate(moment.at)
    given = Mandate.objects.filter(scheme=scheme, receiving__in=list(positions), valid_from__lte=day)
    given = given.exclude(valid_until__lt=day).exclude(revoked_at__lte=moment.at)
    made = Mandate.history.filter(history_type="+", act__at__lte=moment.at).values("id")
    found = given.filter(pk__in=made).select_related(
        "receiving__role", "receiving__body", "granting__role", "granting__body"
    )
    return list(found.order_by("number", "version"))
