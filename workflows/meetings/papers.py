"""The decision list on paper (besluitenlijst): what the rows say, as data for its template.

What was dealt with behind closed doors is left out of the public one; without such items there is one list for all.
"""

from collections.abc import Sequence
from typing import Any

from django.core.files.base import ContentFile
from django.utils.formats import date_format
from django.utils.timezone import localtime

from cases.models import AgendaItem, Ballot, Classification, Document, Meeting, Presence, Seat
from cases.services import meetings as rows
from cases.services.documents import Paper
from roles import selectors as roles
from workflows.meetings.sitting import Sitting
from workflows.models import CaseProcess
from workflows.names import name_in
from workflows.papers import render
from workflows.selectors import meetings as find

MEDIA_TYPE = "application/pdf"
COUNTS = (
    ("for", "voor"), ("for_with_remark", "voor met kanttekening"), ("against", "tegen"), ("abstain", "onthouding"),
    ("blank", "blanco of ongeldig"),
)  # fmt: skip


def draw_up(sitting: Sitting) -> list[str]:
    """The list, and a public one beside it where something in it is not for everybody. Returns their hashes."""
    meeting, by, at = sitting.meeting, sitting.by, sitting.now
    items = find.agenda(meeting, closed=True)
    shut = meeting.closed_doors or any(item.closed for item in items)
    everybody = Classification.PUBLIC if roles.rule_in_force(meeting.body).by_law else Classification.INTERNAL
    wanted = [(False, Classification.SECRET), (True, everybody)] if shut else [(False, everybody)]
    hashes = []
    for public, classification in wanted:
        shown = [item for item in items if not (public and (item.closed or meeting.closed_doors))]
        data = data_of(meeting, shown, left_out=len(items) - len(shown))
        name = f"{data['title']}{' (openbaar)' if public else ''}"
        content = Paper(
            title=name, classification=classification, filename=f"{name}.pdf", media_type=MEDIA_TYPE,
            content=ContentFile(render("decision_list", data, made_at=at)),
        )  # fmt: skip
        hashes.append(rows.list_of(meeting=meeting, public=public, content=content, by=by, at=at))
    return hashes


def data_of(meeting: Meeting, items: Sequence[AgendaItem], *, left_out: int) -> dict[str, Any]:
    """In the words of `decision_list.typ`. A fixed number of queries."""
    documents = find.papers(meeting)
    of_cases = find.case_papers({item.case_id for item in items if item.case_id})
    own = {pk for pk in (meeting.decision_list_id, meeting.public_list_id) if pk}
    there = find.presence(meeting)
    return {
        "title": f"Besluitenlijst {meeting}",
        "scheme": str(meeting.body.scheme),
        "date": date_format(localtime(meeting.starts_at), "l j F Y, H.i") + " uur",
        "place": str(meeting.place or ""),
        "status": _status(meeting),
        "openness": "achter gesloten deuren" if meeting.closed_doors else "",
        "rule": str(roles.rule_in_force(meeting.body).basis),
        "second_call": _second_call(meeting),
        "present": _people(there, Presence.State.PRESENT),
        "excused": _people(there, Presence.State.EXCUSED),
        "absent": _people(there, Presence.State.ABSENT),
        "items": [
            _item(number, item, [
                *(each for each in documents if each.item_id == item.pk), *of_cases.get(item.case_id or 0, [])
            ])
            for number, item in enumerate(items, start=1)
        ],
        "documents": _documents(
            [each for each in documents if each.item_id is None and each.pk not in own]
        ),
        "remark": _remark(left_out),
    }  # fmt: skip


def _item(number: int, item: AgendaItem, documents: Sequence[Document]) -> dict[str, Any]:
    ballot: Ballot | None = item.ballot
    tally: dict[str, Any] = ballot.tally if ballot else {}
    return {
        "number": number,
        "title": title_of(item),
        "case": item.case.number if item.case else "",
        "decision": decision_of(item),
        "result": tally.get("explanation", ""),
        "way": ballot.get_form_display() if ballot else "",
        "counts": ", ".join(f"{tally[key]} {word}" for key, word in COUNTS if tally.get(key)),
        "without_flagged": tally.get("without_flagged", ""),
        "minority": str(ballot.minority or "") if ballot else "",
        "explanation": " ".join(filter(None, [str(ballot.explanation or "") if ballot else "", str(item.words or "")])),
        "article": tally.get("article", ""),
        "confirmation": _confirmation(ballot),
        "votes": _votes(ballot),
        "documents": _documents(documents),
    }


def title_of(item: AgendaItem) -> str:
    """For instance "PHO-besluit: Jeugdhulp 2028"."""
    if item.case is None:
        return str(item.title)
    label = item.case.process.label_of(node_of(item.case.process, item.step))
    before = "Bekrachtiging van " if item.kind == AgendaItem.Kind.RATIFICATION else ""
    return f"{before}{label}: {item.case.title}"


def node_of(process: CaseProcess, step: str) -> Any:
    """The step of a row in the version on which the case runs now; it may have another name there."""
    return getattr(process.flow_class, name_in(process.flow_class, step))


def decision_of(item: AgendaItem) -> str:
    """What came of it, in a few words."""
    if item.state != AgendaItem.State.DONE:
        return item.get_state_display()
    if item.ballot is None or item.case is None:
        return "Besproken"
    proposal = node_of(item.case.process, item.step).outcome(item.ballot.proposal).label
    if item.kind == AgendaItem.Kind.RATIFICATION:
        return f"{'Bekrachtigd' if item.ballot.carried else 'Niet bekrachtigd'}: {str(proposal).lower()}"
    return str(proposal) if item.ballot.carried else f"Geen besluit (voorstel: {str(proposal).lower()})"


def _confirmation(ballot: Ballot | None) -> str:
    if ballot is None or ballot.state == Ballot.State.LAPSED:
        return ""
    if ballot.confirmed_by is None:
        return "wacht op bevestiging"
    at = date_format(localtime(ballot.confirmed_at), "j F Y")
    return f"bevestigd door {ballot.confirmer} op {at}"


def _votes(ballot: Ballot | None) -> list[dict[str, str]]:
    """By name where a vote was asked by name; of a hamerstuk and of a secret vote nobody's."""
    if ballot is None or ballot.form not in (Ballot.Form.VOTES, Ballot.Form.ROLL_CALL):
        return []
    return [
        {
            "member": _name(seat), "choice": seat.vote.get_choice_display(),
            "motivation": str(seat.vote.motivation or ""),
        }
        for seat in ballot.seats.all()
        if hasattr(seat, "vote")
    ]  # fmt: skip


def _name(seat: Seat) -> str:
    organisation = seat.appointment.organisation
    return f"{seat.who} ({organisation})" if organisation else seat.who


def _people(there: Sequence[Presence], state: str) -> list[dict[str, str]]:
    return [
        {"name": row.who, "behalf_of": str(row.appointment.organisation or "")} for row in there if row.state == state
    ]


def _documents(documents: Sequence[Document]) -> list[dict[str, Any]]:
    """By their hash, so that it is certain which they were; what is not for all to know has no title here."""
    hidden = {Classification.CONFIDENTIAL: "Vertrouwelijk stuk", Classification.SECRET: "Stuk onder geheimhouding"}
    listed = []
    for document in documents:
        latest = next(iter(document.versions.all()))
        title = hidden.get(Classification(document.classification)) or str(document.title)
        listed.append({"title": title, "version": latest.number, "sha256": latest.sha256})
    return listed


def _status(meeting: Meeting) -> str:
    if meeting.confirmed_by is None:
        return "concept, nog niet vastgesteld"
    at = date_format(localtime(meeting.confirmed_at), "j F Y, H.i")
    return f"vastgesteld op {at} uur door {meeting.confirmer}"


def _second_call(meeting: Meeting) -> str:
    first = meeting.second_call_of
    if first is None:
        return ""
    return f"voor de vergadering van {date_format(localtime(first.starts_at), 'j F Y')}, die niet kon worden geopend"


def _remark(left_out: int) -> str:
    words = "Deze lijst is gemaakt uit het dossier. Wat hier als besluit staat, staat ook in het dossier van de zaak."
    if not left_out:
        return words
    points = "Eén punt is" if left_out == 1 else f"{left_out} punten zijn"
    return f"{points} achter gesloten deuren behandeld en hier weggelaten. {words}"
