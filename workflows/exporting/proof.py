"""The evidence of a case (`rolzuiver-verify`, docs/audit-format.md), as the reader of its dossier may have it.

Its acts are whole, or the chain would not hold. Of texts it shows the words that the dossier says; rows stay closed.
Acts hold hashes: of documents, and of rows that could be guessed by who knows nearly all of them. So it is not given
where a document is kept back, nor of a procurement that is still to be decided.
"""

from collections.abc import Iterator

from audit import evidence
from cases.models import Case
from workflows.exporting.format import About
from workflows.exporting.shapes import Record

GIVEN = "ja"


def why_not(record: Record, about: About) -> str:
    """In the words of the table of contents; empty where it goes along."""
    if record.withheld:
        return "nee: er zijn stukken die u niet mag lezen"
    if record.running and record.kind == Case.Kind.PROCUREMENT:
        return "nee: de inkoop loopt nog"
    if about.root is None or about.root.covers(record.chain) < record.head.seq:
        return "nee: de laatste handelingen staan nog niet onder een ondertekende wortel"
    return ""


def proof(record: Record, about: About) -> bytes:
    """Of a case for which nothing says why not."""
    assert about.root is not None
    words = set(_words(record)) - {""}
    return evidence.written(about.root.replay, [record.chain], at=about.asked_at, words=words, rows=False)


def _words(record: Record) -> Iterator[str]:
    """All free text in its chain that the dossier or a list beside it has."""
    yield record.title
    for act in record.acts:
        yield from (act.motivation, act.ground)
    for document in record.documents:
        yield document.title
        yield from (version.filename for version in document.versions)
    for decision in record.decisions:
        yield from (decision.minority, decision.explanation)
        yield from (vote.motivation for vote in decision.votes)
