"""Names and free text. They live here alone, so that they can be destroyed; everything else refers to them."""

from collections.abc import Iterable, Sequence

from django.db import connection, models

from audit.models import Text
from audit.triggers import redacts


def write(chain: str, content: str) -> Text:
    """Within an act, which takes the commitment among its changes."""
    [text] = write_many(chain, [content])
    return text


def write_many(chain: str, contents: Sequence[str]) -> list[Text]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(audit_write_text(%s, content) ORDER BY place)"
            " FROM unnest(%s::text[]) WITH ORDINALITY AS given(content, place)",
            [chain, list(contents)],
        )
        [ids] = cursor.fetchone()
    return _in_order(ids or [])


def erase(texts: Iterable[Text]) -> None:
    """Destroy words and salt, within the act that says so; the commitment remains as a tombstone."""
    with connection.cursor() as cursor:
        cursor.executemany("SELECT audit_erase(%s)", [[text.pk] for text in texts])


def erase_chains(chains: Sequence[str]) -> int:
    """All that is left of the words of these chains, within the act that says so; how many there were."""
    left = list(Text.objects.filter(chain__in=chains, content__isnull=False).order_by("pk"))
    erase(left)
    return len(left)


def empty_versions(model: type[models.Model], keys: Iterable[int]) -> int:
    """Destroy the plain words in the earlier versions of these rows, within an act; in how many."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(sum({redacts(model)}(key)), 0) FROM unnest(%s::bigint[]) AS key", [list(keys)])
        return int(cursor.fetchone()[0])


def _in_order(ids: Sequence[int]) -> list[Text]:
    found = Text.objects.in_bulk(ids)
    return [found[number] for number in ids]
