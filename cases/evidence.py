"""What the verifier asks of cases (`AUDIT_CHECKS`): who finds them in lists, and tenders that lie shut."""

from collections.abc import Iterator

from django.db.backends.utils import CursorWrapper

from audit.verify.report import Finding
from audit.verify.scope import Scope, stream
from cases.models import SealedTender
from cases.services import envelopes

# In whose lists each case stands, worked out again from the history by the rules of the triggers (ADR 5), beside the
# projection. `since` is the act from which it stood there: what hangs under a case has its lists of that moment.
DRIFT = """
    WITH RECURSIVE judged AS (
        SELECT id FROM cases_historicalcase WHERE history_type = '+' AND {judged}
    ), family AS (
        SELECT id FROM judged
        UNION SELECT h.parent_id FROM family f JOIN cases_historicalcase h ON h.id = f.id AND h.history_type = '+'
        WHERE h.parent_id IS NOT NULL
    ), born AS (
        SELECT h.id, h.kind, h.scheme_id, h.organisation_id, h.parent_id, h.subject_id, h.confidential, h.act_id
        FROM cases_historicalcase h JOIN family USING (id) WHERE h.history_type = '+'
    ), own AS (
        SELECT b.id AS case_id, s.scope, b.act_id AS since FROM born b, LATERAL (
            VALUES ('scheme/' || b.scheme_id), ('organisation/' || b.organisation_id)) s (scope)
        WHERE NOT b.confidential
        UNION ALL
        SELECT s.commission_id, 'organisation/' || s.organisation_id, s.act_id
        FROM cases_historicalshare s JOIN family ON family.id = s.commission_id WHERE s.history_type = '+'
        UNION ALL
        SELECT b.id, 'organisation/' || s.organisation_id, s.act_id
        FROM cases_historicalshare s JOIN born b ON b.subject_id = s.commission_id AND b.act_id <= s.act_id
        WHERE s.history_type = '+' AND NOT b.confidential AND b.kind NOT IN ('amendment', 'escalation')
        UNION ALL
        SELECT p.amendment_id, 'organisation/' || p.organisation_id, p.act_id
        FROM cases_historicalproposedshare p JOIN family ON family.id = p.amendment_id WHERE p.history_type = '+'
        UNION ALL
        SELECT a.case_id, coalesce('position/' || a.position_id, 'self/' || a.person_id), a.act_id
        FROM cases_historicaladmission a JOIN family ON family.id = a.case_id WHERE a.history_type = '+'
    ), stands AS (
        SELECT case_id, scope, since FROM own
        UNION
        SELECT b.id, s.scope, b.act_id FROM stands s JOIN born b ON b.parent_id = s.case_id AND s.since <= b.act_id
        WHERE NOT b.confidential AND b.kind NOT IN ('commission', 'amendment')
    ), wanted AS (
        SELECT DISTINCT s.case_id, s.scope::text, c.state::text FROM stands s JOIN cases_case c ON c.id = s.case_id
        WHERE c.id IN (SELECT id FROM judged)
    ), found AS (
        SELECT case_id, scope::text, state::text FROM cases_caseaccess {found}
    )
    SELECT case_id, string_agg(DISTINCT scope, ', '), bool_or(there) FROM (
        SELECT case_id, scope, true AS there FROM (SELECT * FROM found EXCEPT SELECT * FROM wanted) AS more
        UNION ALL
        SELECT case_id, scope, false FROM (SELECT * FROM wanted EXCEPT SELECT * FROM found) AS fewer
    ) AS drifted GROUP BY case_id ORDER BY case_id
"""


def access_drift(cursor: CursorWrapper, scope: Scope) -> Iterator[Finding]:
    """The projection is nobody's act, so it has no history of its own: it must be what the cases say."""
    judged, found = "true", ""
    if not scope.whole:
        judged = f"'case/' || id = ANY({_quoted(scope.chains)})"
        found = "WHERE case_id IN (SELECT id FROM judged)"
    for case, scopes, more in stream(cursor, DRIFT.format(judged=judged, found=found), ("int8", "text", "bool")):
        says = "staat in lijsten waarin zij niet hoort" if more else "ontbreekt in lijsten waarin zij hoort"
        yield Finding("access_drift", f"case/{case}", f"{says}, of met een andere stand ({scopes})")


def sealed_tenders(cursor: CursorWrapper, scope: Scope) -> Iterator[Finding]:
    """The files of each tender as they were received; of one that was taken back there are none."""
    keys = scope.keys_of(SealedTender._meta.db_table)
    gone = (SealedTender.State.REPLACED, SealedTender.State.WITHDRAWN)
    sealed = SealedTender.objects.exclude(state__in=gone).order_by("pk")
    for tender in (sealed if keys is None else sealed.filter(pk__in=keys)).iterator(chunk_size=500):
        if envelopes.digest_of(tender.folder) != tender.digest:
            says = "wat er verzegeld ligt is niet wat ontvangen werd"
            yield Finding("document_altered", f"cases_sealedtender {tender.pk}", says, tender.received_at)


def _quoted(chains: frozenset[str]) -> str:
    """As an array, in SQL."""
    names = ", ".join("'" + chain.replace("'", "''") + "'" for chain in sorted(chains))
    return f"ARRAY[{names}]::text[]"
