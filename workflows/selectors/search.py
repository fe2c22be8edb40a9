"""Zoeken: cases by their words, numbers, documents' titles, people and municipalities, within one's rights (ADR 22).

Of all that matches only the newest `MOST` cases are read, ranked and counted, so that a search costs the same whether
three cases or a hundred thousand may be seen, and whether a word is in one of them or in all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from cases.models import Case
from roles.selectors import Hat, Scope
from workflows.rules.words import Word, words
from workflows.selectors.sight import kept_from, keys

MOST = 200
PAGE = 20
START, END = "\ue000", "\ue001"  # around a hit; signs that no text has


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text, and whether it is what was looked for."""

    text: str
    hit: bool


@dataclass(frozen=True, slots=True)
class Snippet:
    label: str
    pieces: list[Piece]


@dataclass(slots=True)
class Hit:
    case: Case
    title: list[Piece]
    snippets: list[Snippet] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for, narrowed. Empty: not narrowed."""

    typed: str
    states: Sequence[str] = ()
    phase: str = ""
    domain: str = ""
    municipality: int | None = None


def readable(scopes: Sequence[Scope], wish: Any) -> str:
    """Where the index is to look, in its own language: all that this visitor may read but secrets, as was asked for."""
    return " | ".join(filter(None, (within(scopes, level, wish) for level in ("internal", "confidential"))))


def within(scopes: Sequence[Scope], level: str, wish: Any) -> str:
    """In the rows of one level."""
    seen = [scope for scope in scopes if level == "internal" or scope.confidential]
    return _all_of([_any_of(keys(seen)), f"'level/{level}'", *narrowed(wish)]) if seen else ""


def narrowed(wish: Any) -> list[str]:
    """The filters of a list as keys of the index."""
    found = [_any_of([f"state/{state}" for state in wish.states])] if wish.states else []
    found += [_any_of([f"phase/{wish.phase}"])] if wish.phase else []
    found += [_any_of([f"domain/{wish.domain}"])] if wish.domain else []
    return found + ([_any_of([f"from/{wish.municipality}"])] if wish.municipality is not None else [])


def _any_of(found: Iterable[str]) -> str:
    quoted = ("'" + key.replace("\\", "").replace("'", "''") + "'" for key in found)
    return f"({' | '.join(quoted)})"


def _all_of(parts: Iterable[str]) -> str:
    return " & ".join(parts)


# What was typed, as a question to the index: all of the words, and any of them. Where none of them says anything: null,
# which finds nothing.
ASKED = """
    typed AS (
        SELECT cases_asked(w.word, w.beginning, w.is_number) AS piece
          FROM unnest(%(words)s::text[], %(beginnings)s::boolean[], %(numbers)s::boolean[])
            AS w(word, beginning, is_number)),
    asked AS MATERIALIZED (
        SELECT CASE WHEN cardinality(%(words)s::text[]) = 0 THEN ''
                    ELSE string_agg('(' || piece::text || ')', ' & ') END::tsquery AS every,
               string_agg('(' || piece::text || ')', ' | ')::tsquery AS either
          FROM typed WHERE numnode(piece) > 0)
"""

# A function, not its operator: then the server does not take the index of words where the rows are known.
# The newest cases that it finds in what this visitor may read, the best on top. A secret title is for who has a part in
# its case (workflows.secrecy).
_FOUND = f"""
    WITH {ASKED},
    open AS (
        SELECT m.id FROM asked CROSS JOIN LATERAL cases_matching(every && %(open)s::tsquery, %(most)s) AS m(id)
         WHERE m.id <> ALL (%(kept_from)s)),
    secret AS (
        SELECT m.id FROM asked CROSS JOIN LATERAL cases_matching(every && %(secret)s::tsquery, %(most)s) AS m(id)
         WHERE %(secret)s <> '' AND m.id <> ALL (%(kept_from)s) AND {{part}}),
    found AS (
        SELECT id, bool_or(deep) AS deep FROM (
            SELECT id, false AS deep FROM open UNION ALL SELECT id, true FROM secret) AS either_way
         GROUP BY id ORDER BY id DESC LIMIT %(most)s),
    ranked AS MATERIALIZED (
        SELECT found.id, (
                SELECT max(ts_rank(e.vector, every)) FROM cases_searchentry e
                 WHERE e.case_id = found.id
                   AND (found.deep OR ts_match_vq(e.vector, every && %(open)s::tsquery))) AS rank
          FROM asked CROSS JOIN found),
    total AS (SELECT count(*)::int AS n FROM found),
    page AS (
        SELECT * FROM ranked ORDER BY rank DESC, id DESC LIMIT %(size)s
        OFFSET (SELECT least((%(page)s - 1) * %(size)s, greatest(n - 1, 0) / %(size)s * %(size)s) FROM total))
    SELECT total.n, coalesce(asked.either::text, ''), ARRAY(SELECT id FROM page ORDER BY rank DESC, id DESC)
      FROM total CROSS JOIN asked
"""

_PART = """
    EXISTS (
        SELECT FROM workflows_caseprocess p WHERE p.case_id = {case} AND (
            EXISTS (SELECT FROM jsonb_path_query(p.bindings, 'strict $.**') AS b
                     WHERE CASE jsonb_typeof(b) WHEN 'number' THEN b::bigint END = ANY(%(positions)s))
            OR EXISTS (SELECT FROM unnest(%(collective)s::text[]) AS step, roles_position po
                        WHERE po.body_id = ANY(%(bodies)s) AND po.id = CASE jsonb_typeof(p.bindings -> step)
                            WHEN 'number' THEN (p.bindings -> step)::bigint END)))
"""

# Where the words stand: the title whole, and the first texts that hold one of them.
_SNIPPETS = """
    WITH page AS (
        SELECT c.id, c.title_id, EXISTS (
                SELECT FROM cases_caseaccess a WHERE a.case_id = c.id AND a.scope = ANY(%(trusted)s)) AS trusted,
               {part} AS has_part
          FROM cases_case c WHERE c.id = ANY(%(ids)s))
    SELECT page.id, found.label, ts_headline('public.dutch_stems',
            translate(left(coalesce(found.content, '[vernietigd]'), 4000), %(marks)s, ''), %(either)s::tsquery,
            CASE found.label WHEN 'title' THEN %(whole)s ELSE %(fragment)s END)
      FROM page CROSS JOIN LATERAL (
        SELECT * FROM (
            SELECT 0, 'title', t.content FROM audit_text t WHERE t.id = page.title_id
            UNION ALL
            SELECT v.place, v.label, t.content FROM cases_commission m, LATERAL (VALUES
                (1, 'aim', m.aim_id), (2, 'intended_result', m.intended_result_id),
                (3, 'target_group', m.target_group_id), (4, 'occasion', m.occasion_id), (5, 'risks', m.risks_id)
                ) AS v(place, label, text_id)
              JOIN audit_text t ON t.id = v.text_id WHERE m.case_id = page.id
            UNION ALL
            SELECT v.place, v.label, t.content FROM cases_amendment m, LATERAL (VALUES
                (1, 'reason', m.reason_id), (2, 'aim', m.aim_id), (3, 'intended_result', m.intended_result_id),
                (4, 'target_group', m.target_group_id), (5, 'risks', m.risks_id)) AS v(place, label, text_id)
              JOIN audit_text t ON t.id = v.text_id WHERE m.case_id = page.id
            UNION ALL
            SELECT 1, 'reason', t.content FROM escalation_escalation m JOIN audit_text t ON t.id = m.reason_id
             WHERE m.case_id = page.id
            UNION ALL
            SELECT v.place, v.label, t.content FROM cases_policysignal m, LATERAL (VALUES
                (1, 'change', m.change_id), (2, 'effect', m.effect_id), (3, 'source', m.source_id),
                (4, 'advice', m.advice_id)) AS v(place, label, text_id)
              JOIN audit_text t ON t.id = v.text_id WHERE m.case_id = page.id
            UNION ALL
            SELECT 6, 'document', t.content FROM cases_document d JOIN audit_text t ON t.id = d.title_id
             WHERE d.case_id = page.id AND (d.classification IN ('public', 'internal') OR page.trusted
                AND (d.classification = 'confidential' OR d.classification = 'secret' AND page.has_part))
            UNION ALL
            SELECT 7, 'person', t.content FROM cases_searchentry e, unnest(tsvector_to_array(e.vector)) AS key
              JOIN roles_person p ON p.id = substring(key FROM '^person/(.*)')::bigint
              JOIN audit_text t ON t.id = p.name_id
             WHERE e.case_id = page.id AND e.level = 'internal' AND %(either)s LIKE '%%person/%%'
            UNION ALL
            SELECT 8, 'organisation', o.name FROM cases_caseaccess a
              JOIN roles_organisation o ON a.scope = 'organisation/' || o.id
             WHERE a.case_id = page.id AND %(either)s LIKE '%%organisation/%%'
        ) AS texts(place, label, content)
         WHERE place = 0 OR to_tsvector('public.dutch_stems', content) @@ %(either)s::tsquery
         ORDER BY place LIMIT %(most)s) AS found
     ORDER BY page.id, found.place
"""

LABELS = {
    "aim": "Doel", "intended_result": "Beoogd resultaat", "target_group": "Doelgroep", "occasion": "Aanleiding",
    "change": "Wat verandert", "effect": "Verwacht gevolg", "source": "Bron", "advice": "Advies",
    "risks": "Risico’s", "reason": "Reden", "document": "Stuk", "person": "Betrokken", "organisation": "Gemeente",
}  # fmt: skip
OPTIONS = f'StartSel="{START}", StopSel="{END}"'
SHOWN = 3  # texts of one case, its title among them


def search(
    scopes: Sequence[Scope], hats: Sequence[Hat], wish: Wish, *, collective: Sequence[str], page: int = 1
) -> tuple[list[Hit], int]:
    """One page of cases and how many there are, up to `MOST`. A page past the end gives the last. Three queries.

    `collective` are the steps in which a body decides: who sits in it has a part in the case.
    """
    asked = words(wish.typed)
    inside = readable(scopes, wish)
    if not inside or not asked:
        return [], 0
    about: dict[str, Any] = _rights(scopes, hats) | typed(asked) | {
        "collective": list(collective),
        "open": inside, "secret": within(scopes, "secret", wish),
        "most": MOST, "size": PAGE, "page": page,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_FOUND.format(part=_PART.format(case="m.id")), about)
        total, either, ids = cursor.fetchone()
    cases = Case.objects.select_related("title", "organisation").in_bulk(ids)
    hits = {number: Hit(cases[number], []) for number in ids}
    for number, label, text in _headlines(ids, either, about):
        if label == "title":
            hits[number].title = _pieces(text)
        else:
            hits[number].snippets.append(Snippet(LABELS[label], _pieces(text)))
    return list(hits.values()), total


def _rights(scopes: Sequence[Scope], hats: Sequence[Hat]) -> dict[str, Any]:
    return {
        "kept_from": kept_from(scopes),
        "trusted": keys([scope for scope in scopes if scope.confidential]),
        "positions": sorted({hat.position.pk for hat in hats}),
        "bodies": sorted({hat.position.body_id for hat in hats}),
    }


def typed(asked: Sequence[Word]) -> dict[str, Any]:
    return {
        "words": [word.text for word in asked],
        "beginnings": [word.beginning for word in asked],
        "numbers": [word.is_number for word in asked],
    }


def _headlines(ids: Sequence[int], either: str, about: dict[str, Any]) -> list[tuple[int, str, str]]:
    asked = about | {
        "ids": list(ids), "either": either, "marks": START + END, "most": SHOWN,
        "whole": f"{OPTIONS}, HighlightAll=true", "fragment": f"{OPTIONS}, MaxFragments=1, MinWords=10, MaxWords=24",
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SNIPPETS.format(part=_PART.format(case="c.id")), asked)
        found: list[tuple[int, str, str]] = cursor.fetchall()
    return found


def _pieces(text: str) -> list[Piece]:
    """A headline apart: what lies between its marks is a hit, and no text can add a mark of its own."""
    first, *rest = text.split(START)
    pieces = [Piece(first, hit=False)]
    for part in rest:
        hit, _, after = part.partition(END)
        pieces += [Piece(hit, hit=True), Piece(after, hit=False)]
    return [piece for piece in pieces if piece.text]
