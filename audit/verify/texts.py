"""Words against their commitments, and the texts that acts refer to against what the acts hold."""

from collections.abc import Iterator
from typing import Any

from django.db.backends.utils import CursorWrapper

from audit.verify.progress import Progress
from audit.verify.report import Finding, Report
from audit.verify.scope import Scope, stream

ALTERED = """
    SELECT id, chain, created_at FROM audit_text
    WHERE content IS NOT NULL AND commitment IS DISTINCT FROM sha256(salt || convert_to(content, 'UTF8')) AND {texts}
"""

# A tombstone is whole: neither words nor salt, and an act that says so.
HALF_ERASED = """
    SELECT id, chain, erased_at FROM audit_text
    WHERE ((content IS NULL) <> (salt IS NULL) OR (content IS NULL) <> (erased_act_id IS NOT NULL)) AND {texts}
"""

EXCHANGED = """
    SELECT a.seq, a.chain, a.at FROM audit_act a
    LEFT JOIN audit_text g ON g.id = a.ground_text_id LEFT JOIN audit_text m ON m.id = a.motivation_text_id
    WHERE (a.ground <> '' OR a.motivation <> '' OR coalesce(a.ground_text_id, a.motivation_text_id) IS NOT NULL)
        AND (coalesce(encode(g.commitment, 'hex'), '') <> a.ground
        OR coalesce(encode(m.commitment, 'hex'), '') <> a.motivation) AND {acts}
"""

TYPES = ("int8", "text", "timestamptz")


def check_texts(cursor: CursorWrapper, report: Report, scope: Scope, progress: Progress) -> None:
    texts = acts = "true"
    if not scope.whole:
        ids = "'{" + ",".join(map(str, sorted(scope.acts))) + "}'"
        texts = f"(act_id = ANY({ids}) OR erased_act_id = ANY({ids}))"
        acts = f"a.id = ANY({ids})"
    progress.reach("teksten", 0, 1)
    cursor.execute(f"SELECT count(*), count(*) FILTER (WHERE content IS NULL) FROM audit_text WHERE {texts}")
    report.texts, report.erased = cursor.fetchone()

    def found(query: str) -> Iterator[tuple[Any, ...]]:
        return stream(cursor, query.format(texts=texts, acts=acts), TYPES)

    report.add(
        Finding("text_altered", f"tekst {number} ({chain})", "de woorden passen niet bij de verbintenis", at)
        for number, chain, at in found(ALTERED)
    )
    report.add(
        Finding("text_erased", f"tekst {number} ({chain})", "is weg zonder handeling die dat zegt", at)
        for number, chain, at in found(HALF_ERASED)
    )
    report.add(
        Finding("text_exchanged", f"{chain} nr. {seq}", "verwijst naar een andere tekst dan toen", at)
        for seq, chain, at in found(EXCHANGED)
    )
