"""The evidence of a dossier, for who checks it elsewhere; docs/audit-format.md says what is in it."""

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.db import connection, transaction

from audit import clock, roots
from audit.format import ACT_FIELDS, netstrings, row_digest
from audit.models import Act, FieldList, Text
from audit.offline import canonical
from audit.roots import Replay, Root
from audit.selectors import Change, changes
from audit.services import looked
from audit.triggers import TEXT_SETTINGS, columns_of, pk_of, tracked_models

FORMAT = 1

Opened = dict[str, Any] | list[str | None] | None


class NotCovered(LookupError):
    """No root covers this chain."""


def dossier(chains: Sequence[str], *, number: int | None = None, with_texts: bool = True) -> bytes:
    """Of these chains as a root knew them: the last, or the one of this number. That it was taken out is recorded."""
    with transaction.atomic():
        found = written(roots.as_of(number), chains, at=clock.now(), words=None if with_texts else ())
        for chain in chains:
            looked(chain=chain, actor="system", subject="evidence")
    return found


def written(
    replay: Replay, chains: Sequence[str], *, at: datetime, words: Container[str] | None = None, rows: bool = True
) -> bytes:
    """The same bytes for the same moment. `words`: which texts are shown, if not all; without `rows` none of those."""
    if replay.last is None or not replay.leaves.keys() >= set(chains):
        raise NotCovered(", ".join(sorted(set(chains) - replay.leaves.keys())))
    lists: dict[str, FieldList] = {}
    with transaction.atomic(), connection.cursor() as cursor:
        for name, value in TEXT_SETTINGS.items():
            cursor.execute(f"SET LOCAL {name} = '{value}'")
        told = [_chain(chain, replay, lists, words, rows) for chain in chains]
    body = {
        "format": FORMAT,
        "about": chains[0],
        "exported_at": at.astimezone(UTC).isoformat(),
        "root": _root(replay.last),
        "field_lists": {
            version: {"table": known.table, "columns": known.columns.split()} for version, known in lists.items()
        },
        "chains": told,
    }
    message = netstrings(["rolzuiver evidence", sha256(canonical(body)).hexdigest()])
    return canonical({**body, "seal": roots.sign(message)})


def _root(root: Root) -> dict[str, Any]:
    """What is needed to make its message again, without the heads of others."""
    names = ("number", "at", "chains", "acts", "root", "previous", "key", "signature")
    return {name: getattr(root, name) for name in names} | {"grown": root.grown}


def _chain(
    chain: str, replay: Replay, lists: dict[str, FieldList], words: Container[str] | None, with_rows: bool
) -> dict[str, Any]:
    place = replay.place(chain)
    acts = list(Act.objects.filter(chain=chain, seq__lte=replay.seq(chain)).order_by("seq"))
    texts = Text.objects.in_bulk([int(each.pk) for act in acts for each in changes(act) if _is_text(each)])
    shown = {number: text for number, text in texts.items() if words is None or text.content in words}
    rows = _rows(acts, lists) if with_rows else {}
    return {
        "chain": chain,
        "index": place,
        "path": [each.hex() for each in replay.tree().path(place)],
        "acts": [_act(act, [_opened(act, each, shown, rows) for each in changes(act)]) for act in acts],
    }


def _act(act: Act, opened: list[Opened]) -> dict[str, Any]:
    fields = {name: getattr(act, name) for name in ACT_FIELDS if name not in ("chain", "prev")}
    at = act.at.astimezone(UTC).isoformat(timespec="microseconds")
    return {**fields, "at": at, "correlation": str(act.correlation), "hash": bytes(act.hash).hex(), "opened": opened}


def _opened(act: Act, change: Change, texts: Mapping[int, Text], rows: Mapping[Any, list[str | None]]) -> Opened:
    """What is shown of a line: nothing of words that were destroyed or are not released, nor of fields that went."""
    if not _is_text(change):
        return rows.get((act.pk, change))
    text = texts.get(int(change.pk))
    if change.kind == "-" or text is None or text.salt is None or text.content is None:
        return None
    return {"salt": bytes(text.salt).hex(), "content": text.content}


def _is_text(change: Change) -> bool:
    return change.field_list == "commitment"


def _rows(acts: Sequence[Act], lists: dict[str, FieldList]) -> dict[tuple[int, Change], list[str | None]]:
    """The versions that these acts made, as the digest was taken over them."""
    wanted: dict[str, set[tuple[int, Change]]] = defaultdict(set)
    for act in acts:
        for change in changes(act):
            if not _is_text(change):
                wanted[change.table].add((act.pk, change))
    found: dict[tuple[int, Change], list[str | None]] = {}
    known = FieldList.objects.in_bulk({change.field_list for each in wanted.values() for _, change in each})
    for model, history in tracked_models():
        sought = wanted.get(model._meta.db_table, set())
        for version in {change.field_list for _, change in sought}:
            columns = known[version].columns.split()
            if not set(columns) <= set(columns_of(model)):
                continue
            for act_id, pk, kind, values in _versions(history._meta.db_table, pk_of(model), columns, sought):
                change = Change(model._meta.db_table, pk, kind, version, row_digest(values).hex())
                if (act_id, change) in sought:
                    found[act_id, change] = values
                    lists[version] = known[version]
    return found


def _versions(
    history: str, pk: str, columns: Sequence[str], sought: set[tuple[int, Change]]
) -> list[tuple[int, str, str, list[str | None]]]:
    named = ", ".join(f'"{column}"::text' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT act_id, "{pk}"::text, history_type, ARRAY[{named}] FROM {history} WHERE act_id = ANY(%s)',
            [sorted({act for act, _ in sought})],
        )
        return list(cursor.fetchall())
