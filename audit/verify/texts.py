"""Words against their commitments, and the texts that acts refer to against what the acts hold."""

from django.db.backends.utils import CursorWrapper

from audit.verify.report import Finding, Report

ALTERED = """
    SELECT id, chain, created_at FROM audit_text
    WHERE content IS NOT NULL AND commitment IS DISTINCT FROM sha256(salt || convert_to(content, 'UTF8'))
"""

HALF_ERASED = """
    SELECT id, chain, erased_at FROM audit_text
    WHERE (content IS NULL) <> (salt IS NULL) OR (content IS NULL) <> (erased_act_id IS NOT NULL)
"""

EXCHANGED = """
    SELECT a.chain, a.seq, a.at FROM audit_act a
    LEFT JOIN audit_text g ON g.id = a.ground_text_id LEFT JOIN audit_text m ON m.id = a.motivation_text_id
    WHERE coalesce(encode(g.commitment, 'hex'), '') <> a.ground
        OR coalesce(encode(m.commitment, 'hex'), '') <> a.motivation
"""


def check_texts(cursor: CursorWrapper, report: Report) -> None:
    cursor.execute("SELECT count(*), count(*) FILTER (WHERE content IS NULL) FROM audit_text")
    report.texts, report.erased = cursor.fetchone()
    cursor.execute(ALTERED)
    for number, chain, at in cursor.fetchall():
        report.add(
            [Finding("text_altered", f"tekst {number} ({chain})", "de woorden passen niet bij de verbintenis", at)]
        )
    cursor.execute(HALF_ERASED)
    for number, chain, at in cursor.fetchall():
        report.add([Finding("text_erased", f"tekst {number} ({chain})", "is weg zonder handeling die dat zegt", at)])
    cursor.execute(EXCHANGED)
    for chain, seq, at in cursor.fetchall():
        report.add([Finding("text_exchanged", f"{chain} nr. {seq}", "verwijst naar een andere tekst dan toen", at)])
