"""What the verifier asks of cases (`AUDIT_CHECKS`): who finds them in lists, tenders that lie shut, what is gone."""

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
    ), passing AS (
        SELECT c.id AS case_id, 'appointment/' || a.id AS scope
        FROM cases_case c JOIN roles_body b ON b.scheme_id = c.scheme_id JOIN roles_position p ON p.body_id = b.id
        JOIN roles_appointment a ON a.position_id = p.id
        WHERE (a.reads_from IS NOT NULL OR a.reads_until IS NOT NULL) AND cases_ran_in(c, a.reads_from, a.reads_until)
        UNION ALL
        SELECT substring(e.chain FROM 6)::bigint, 'emergency/' || e.id FROM roles_emergencyaccess e
    ), wanted AS (
        SELECT DISTINCT s.case_id, s.scope::text, c.state::text
        FROM (SELECT case_id, scope FROM stands UNION ALL SELECT case_id, scope FROM passing) s
        JOIN cases_case c ON c.id = s.case_id
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
    """The files of each tender as they were received; of one that was taken back or destroyed there are none."""
    keys = scope.keys_of(SealedTender._meta.db_table)
    gone = (SealedTender.State.REPLACED, SealedTender.State.WITHDRAWN)
    there = SealedTender.objects.filter(desk__procurement__case__destroyed_at=None)
    sealed = there.exclude(state__in=gone).order_by("pk")
    for tender in (sealed if keys is None else sealed.filter(pk__in=keys)).iterator(chunk_size=500):
        if envelopes.digest_of(tender.folder) != tender.digest:
            says = "wat er verzegeld ligt is niet wat ontvangen werd"
            yield Finding("document_altered", f"cases_sealedtender {tender.pk}", says, tender.received_at)


# Two people, by their acts: one drew the list up, another approved it with this case on it; then it was destroyed.
APPROVED = """
    d.verb = 'destroy' AND d.chain ^@ 'case/' AND EXISTS (
        SELECT FROM audit_act y JOIN audit_act p ON p.chain = y.chain
        WHERE y.chain = (
            SELECT 'scheme/' || c.scheme_id FROM cases_case c WHERE c.id = substring(d.chain FROM 6)::bigint)
          AND y.verb = 'approve_destruction' AND p.verb = 'propose_destruction' AND p.id < y.id AND y.id < d.id
          AND p.actor <> y.actor AND p.actor ^@ 'person/' AND y.actor ^@ 'person/'
          AND y.details::jsonb -> 'destruction' = d.details::jsonb -> 'destruction'
          AND p.details::jsonb -> 'destruction' = d.details::jsonb -> 'destruction'
          AND y.details::jsonb -> 'cases' @> substring(d.chain FROM 6)::jsonb
          AND p.details::jsonb -> 'cases' @> substring(d.chain FROM 6)::jsonb)
"""

# Acts that destroyed something, and that two people did not decide on; or that reached into another case.
UNAPPROVED = f"""
    WITH destroying AS (
        SELECT erased_act_id AS act, chain, count(*) AS things FROM audit_text
        WHERE erased_act_id IS NOT NULL GROUP BY 1, 2
        UNION ALL
        SELECT act_id, NULL, count(*) FROM audit_redaction GROUP BY 1
    )
    SELECT d.chain, d.seq, d.at, sum(g.things)::int8 FROM destroying g JOIN audit_act d ON d.id = g.act
    WHERE {{acts}} AND NOT ({APPROVED} AND (g.chain IS NULL OR g.chain = d.chain OR g.chain ^@ 'meeting/'
        OR EXISTS (SELECT FROM cases_tenderdesk t WHERE g.chain = 'desk/' || t.id
                   AND d.chain = 'case/' || t.procurement_id)))
    GROUP BY 1, 2, 3 ORDER BY 1, 2
"""

# What a case that was destroyed still has, or has again.
BACK = """
    SELECT d.chain, d.seq, d.at, count(t.id)::int8 + count(v.id)::int8 FROM audit_act d
    LEFT JOIN audit_text t ON t.chain = d.chain AND t.content IS NOT NULL
    LEFT JOIN cases_document p ON d.chain = 'case/' || p.case_id
    LEFT JOIN cases_documentversion v ON v.document_id = p.id AND v.file <> ''
    WHERE d.verb = 'destroy' AND d.chain ^@ 'case/' AND {acts}
    GROUP BY 1, 2, 3 HAVING count(t.id) + count(v.id) > 0 ORDER BY 1, 2
"""

DESTROYING_TYPES = ("text", "int8", "timestamptz", "int8")


def destructions(cursor: CursorWrapper, scope: Scope) -> Iterator[Finding]:
    """What is destroyed, two people decided on, as their acts say; and it is gone."""
    acts = "true" if scope.whole else f"d.id = ANY('{{{','.join(map(str, sorted(scope.acts)))}}}')"
    for chain, seq, at, things in stream(cursor, UNAPPROVED.format(acts=acts), DESTROYING_TYPES):
        says = f"vernietigde {things} teksten of versies zonder dat twee personen daartoe besloten"
        yield Finding("destroyed_unapproved", f"{chain} nr. {seq}", says, at)
    for chain, seq, at, things in stream(cursor, BACK.format(acts=acts), DESTROYING_TYPES):
        yield Finding(
            "destroyed_back", f"{chain} nr. {seq}", f"is vernietigd, en toch staan er {things} woorden in", at
        )


def _quoted(chains: frozenset[str]) -> str:
    """As an array, in SQL."""
    names = ", ".join("'" + chain.replace("'", "''") + "'" for chain in sorted(chains))
    return f"ARRAY[{names}]::text[]"
