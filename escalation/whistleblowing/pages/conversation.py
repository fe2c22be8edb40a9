"""The talk as a reporter sees it: what was said, where the report stands, and what they may do beside it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from escalation.whistleblowing.forms import reporter as forms
from escalation.whistleblowing.services import returning
from escalation.whistleblowing.services.returning import Said, Talk, Visitor

TITLES = {
    "report": "Uw melding", "reply": "Uw bericht", "identity": "Uw naam", "name": "U gaf uw naam",
    "consent": "Uw toestemming", "withdraw_consent": "U trok uw toestemming in", "signature": "U tekende het verslag",
    "correction": "Uw opmerkingen bij het verslag", "acknowledge": "Ontvangstbevestiging",
    "admit": "Uw melding wordt onderzocht", "refuse_admission": "Uw melding wordt niet onderzocht",
    "investigate": "Het onderzoek", "transcript": "Verslag van een gesprek", "inform": "Informatie over uw melding",
    "measure": "Maatregelen", "refer": "Verwijzing naar een extern meldkanaal",
    "disclose_by_law": "Over uw identiteit", "see_identity": "Uw naam is ingezien", "aftercare": "Nazorg",
    "close": "Uw melding is afgesloten", "broken": "Een bericht dat niet opent",
    "question": "Een vraag aan u", "notice": "Over uw identiteit",
}  # fmt: skip


def _reply(visitor: Visitor, given: dict[str, Any], transcript: str) -> None:
    returning.reply(visitor=visitor, words=given["words"], documents=given["documents"])


def _name(visitor: Visitor, given: dict[str, Any], transcript: str) -> None:
    returning.give_name(visitor=visitor, identity=given["identity"], name=given["name"], contact=given["contact"])


def _consent(visitor: Visitor, given: dict[str, Any], transcript: str) -> None:
    returning.consent(visitor=visitor, words=given["words"])


def _withdraw(visitor: Visitor, given: dict[str, Any], transcript: str) -> None:
    returning.withdraw_consent(visitor=visitor)


def _transcript(visitor: Visitor, given: dict[str, Any], transcript: str) -> None:
    signed = given["verdict"] == "right"
    returning.answer_transcript(visitor=visitor, transcript=transcript, signed=signed, words=given["words"])


@dataclass(frozen=True, slots=True)
class Act:
    """A form beside the talk: what it is called there, what it does, and what is said when it was done."""

    name: str
    form: type[forms.Quiet]
    does: Callable[[Visitor, dict[str, Any], str], None]
    done: str
    gone: str = "Een bestand wachtte te lang en is verwijderd. Kies het opnieuw."

    @property
    def ids(self) -> str:
        """Of its fields: several forms stand on one page."""
        return f"{self.name}_%s"


FORMS = {
    "antwoord": Act("reply", forms.ReplyForm, _reply, "Uw bericht is verstuurd."),
    "naam": Act("name", forms.NameForm, _name, "Uw naam is bewaard."),
    "toestemming": Act("consent", forms.ConsentForm, _consent, "Uw toestemming is vastgelegd."),
    "intrekken": Act("withdraw", forms.WithdrawForm, _withdraw, "Uw toestemming is ingetrokken."),
    "verslag": Act(
        "transcript", forms.TranscriptForm, _transcript, "Uw antwoord op het verslag is vastgelegd.",
        gone="Dit verslag is er niet. Kijk of er een nieuwer is.",
    ),
}  # fmt: skip


def shown(talk: Talk) -> dict[str, Any]:
    """For the page."""
    kinds = {_what(said) for said in talk.said}
    identity = next((s.more["identity"] for s in reversed(talk.said) if s.by_reporter and "identity" in s.more), "")
    return {
        "talk": talk, "said": [(title_of(said), said) for said in reversed(talk.said)],
        "steps": list(_steps(talk, kinds)),
        "identity": str(dict(forms.IDENTITIES).get(identity, "Anoniem")), "is_named": identity != forms.ANONYMOUS,
        "consents": _consents(talk), "unsigned": _unsigned(talk), "waits": _waits(talk),
        **{act.name: act.form(auto_id=act.ids) for act in FORMS.values()},
    }  # fmt: skip


def title_of(said: Said) -> str:
    return TITLES.get(_what(said), "Uw bericht" if said.by_reporter else "Bericht van de behandelaar")


def _what(said: Said) -> str:
    """Of a step of the handlers, which; a message or a question is what it is."""
    verb = str(said.more.get("verb", said.kind))
    return said.kind if verb == "message" else verb


def _steps(talk: Talk, kinds: set[str]) -> Iterator[dict[str, str]]:
    """Where the report stands, as far as a reporter is told."""
    judged = kinds & {"admit", "refuse_admission"}
    passed = [
        ("Ontvangen", True),
        ("Bevestigd", talk.acknowledge.met_at is not None),
        ("Beoordeeld", bool(judged)),
        ("Onderzocht", "inform" in kinds or talk.inform.met_at is not None),
        ("Geïnformeerd", talk.inform.met_at is not None),
        ("Afgesloten", talk.closed),
    ]
    current = next((number for number, (_, done) in enumerate(passed) if not done), len(passed))
    for number, (label, done) in enumerate(passed):
        yield {"label": label, "note": "", "state": "done" if done else "current" if number == current else "next"}


def _consents(talk: Talk) -> bool:
    """The last word counts."""
    said = [said.kind for said in talk.said if said.kind in ("consent", "withdraw_consent")]
    return said[-1:] == ["consent"]


def _unsigned(talk: Talk) -> Said | None:
    """The newest transcript that waits for the reporter."""
    answered = {said.more.get("transcript") for said in talk.said if said.by_reporter and "transcript" in said.more}
    waiting = [s for s in talk.said if s.kind == "transcript" and s.more.get("transcript") not in answered]
    return waiting[-1] if waiting else None


def _waits(talk: Talk) -> bool:
    """For an answer of the reporter."""
    last = talk.said[-1] if talk.said else None
    return bool(last and last.kind == "question")


def attachment(name: str) -> str:
    """A header that offers a file under the name it was sent with, never shows it."""
    return f"attachment; filename*=UTF-8''{quote(name, safe='')}"
