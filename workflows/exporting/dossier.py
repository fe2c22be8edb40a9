"""The dossier of a case as a PDF that is fit to keep and to be read out (PDF/A, PDF/UA): `papers/dossier.typ`."""

import shutil
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.formats import date_format
from django.utils.timezone import localtime

from workflows import papers
from workflows.exporting import archive
from workflows.exporting.format import About, Format
from workflows.exporting.process import drawn
from workflows.exporting.rows import HATS
from workflows.exporting.shapes import Decision, Done, Record, Vote
from workflows.pages.acts import FLAGS
from workflows.sentences import RESULTS


def paper(record: Record, about: About) -> bytes:
    """The same bytes for the same case, asked for at the same moment."""
    picture, head, root = drawn(record), record.head, about.root
    covered = root.covers(record.chain) if root else 0
    titles = {
        version.sha256: f"{document.title}, versie {version.number}"
        for document in record.documents for version in document.versions
    }  # fmt: skip
    return papers.render("dossier", {
        "title": f"Dossier {record.number}: {record.title}", "kind": f"Dossier {record.number}",
        "scheme": record.scheme, "name": record.title, "facts": _facts(record), "chain": record.chain,
        "seal": _seal(about, covered, head), "root": root.root if root else "", "key": root.key if root else "",
        "last": head.seq, "fingerprint": head.hash,
        "process": f"{record.process_title}, versie {record.version}", "picture": picture.svg,
        "picture_words": picture.words,
        "steps": [{"label": each.label, "lane": each.lane, "state": each.state_label} for each in picture.steps],
        "acts": [_act(act, titles) for act in record.acts],
        "decisions": [_decision(decision) for decision in record.decisions],
        "papers": [
            {
                "title": f"{document.title}, versie {version.number}", "level": document.classification_label,
                "note": f"{version.filename}, {version.size} bytes, {version.added_by}, {_at(version.added_at)}",
                "sha256": version.sha256,
            }
            for document in record.documents for version in document.versions
        ],
        "withheld": _withheld(record.withheld),
        "made": f"Gemaakt op {_at(about.asked_at)} voor {about.asked_by}. Tijden zijn die in Nederland.",
    }, made_at=about.asked_at)  # fmt: skip


def _facts(record: Record) -> list[tuple[str, str]]:
    return [
        ("Zaaknummer", record.number), ("Soort", record.kind_label), ("Stand", record.state_label),
        ("Domein", record.domain_label), ("Ingediend door", f"{record.submitted_by}, {record.organisation}"),
        ("Ingediend op", _at(record.opened_at)), ("Afgesloten op", _at(record.closed_at)),
    ]  # fmt: skip


def _seal(about: About, covered: int, head: Done) -> list[tuple[str, str]]:
    """How far the signed root reaches into this case; what came after it, a next root covers."""
    if about.root is None or not covered:
        return [("Ondertekende wortel", "Er is nog geen ondertekende wortel die deze zaak dekt.")]
    reach = "alle handelingen" if covered >= head.seq else f"de handelingen tot en met {covered}"
    return [("Ondertekende wortel", f"nummer {about.root.number}, {_at(about.root.at)}"), ("Dekt", reach)]


def _act(act: Done, titles: dict[str, str]) -> dict[str, str | int]:
    who = ", ".join(filter(None, [act.by.name, act.by.role]))
    hat = HATS.get(act.by.capacity, act.by.capacity)
    term = "" if act.due_at is None else f"{_at(act.due_at)}: {'op tijd' if act.in_time else 'te laat'}"
    return {
        "seq": act.seq, "what": _what(act), "at": _at(act.at), "who": who,
        "hat": ", ".join(filter(None, [hat, act.by.behalf_of and f"namens {act.by.behalf_of}"])),
        "outcome": act.outcome_label, "mandate": act.mandate, "motivation": act.motivation, "ground": act.ground,
        "flags": ", ".join(FLAGS.get(flag, flag) for flag in act.flags), "term": term,
        "papers": "; ".join(titles.get(sha256, sha256) for sha256 in act.documents),
        "corrected": f"door handeling {act.corrected_by}" if act.corrected_by else "",
    }  # fmt: skip


def _what(act: Done) -> str:
    """A step that was done is named by the step, anything else by what it is."""
    return act.label if act.verb == "complete" else " · ".join(filter(None, [act.what, act.label]))


def _decision(decision: Decision) -> dict[str, Any]:
    again = f", {decision.round}e stemming" if decision.round > 1 else ""
    confirmed = f"{_at(decision.confirmed_at)} door {decision.confirmed_by}" if decision.confirmed_at else ""
    met = f" van {date_format(decision.meeting_date, 'j F Y')}" if decision.meeting_date else ""
    return {
        "title": f"{decision.label}: {decision.proposal_label}{again} ({decision.body})",
        "outcome": f"{decision.state_label}{RESULTS.get(str(decision.tally.get('result', '')), '')}",
        "way": ", ".join(filter(None, [f"{decision.way}{met}", decision.form])), "rule": decision.rule,
        "confirmed": confirmed, "minority": decision.minority, "explanation": decision.explanation,
        "votes": [
            {"name": _member(vote), "choice": _said(vote), "motivation": vote.motivation} for vote in decision.votes
        ],
    }  # fmt: skip


def _member(vote: Vote) -> str:
    return f"{vote.name}, namens {vote.behalf_of}" if vote.behalf_of else vote.name


def _said(vote: Vote) -> str:
    if vote.recused:
        return "Verschoond"
    return f"{vote.choice_label} (andere hoed)" if vote.flagged else vote.choice_label or "Geen stem"


def _withheld(count: int) -> str:
    if not count:
        return ""
    many = f"{count} stukken die u niet mag lezen, staan" if count > 1 else "1 stuk dat u niet mag lezen, staat"
    return f"{many} hier niet bij."


def _at(moment: datetime | None) -> str:
    return f"{date_format(localtime(moment), 'j F Y')} om {localtime(moment):%H.%M} uur" if moment else ""


def write(records: Iterable[Record], out: BinaryIO, about: About) -> None:
    """A part is an archive of dossiers."""
    with zipfile.ZipFile(out, "w") as part:
        for record in records:
            name = f"{about.places[record.case_id]:03}-{archive.safe(record.number)}.pdf"
            part.writestr(archive.entry(name, about.asked_at, packed=True), paper(record, about))


def join(parts: Sequence[Path], out: BinaryIO, about: About) -> None:
    """Of one case its dossier itself; of more an archive."""
    if len(about.places) == 1:
        with zipfile.ZipFile(parts[0]) as part:
            for name in part.namelist():
                with part.open(name) as dossier:
                    shutil.copyfileobj(dossier, out)
        return
    with zipfile.ZipFile(out, "w") as whole:
        for path in parts:
            archive.copy(path, whole)


FORMAT = Format(
    code="pdf", label="Dossier (PDF)", hint="Procesplaat, wat er is gedaan, besluiten, stukken met hun controlegetal.",
    extension="pdf", content_type="application/pdf", write=write, join=join, in_part=10, bundled=True, cites_root=True,
)  # fmt: skip
