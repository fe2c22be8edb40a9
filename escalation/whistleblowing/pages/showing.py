"""How a report is shown to its handlers: what was done, what was said, what can be done now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from escalation.whistleblowing.files import Enclosed
from escalation.whistleblowing.models import Keyholder, Lane, Term
from escalation.whistleblowing.rules.facts import REPORTER, Fact
from escalation.whistleblowing.rules.flow import LABELS, RUNNING, STEPS, Stage, Step
from escalation.whistleblowing.rules.stages import Standing, Turn
from escalation.whistleblowing.seats import names_of
from escalation.whistleblowing.services import dossiers
from escalation.whistleblowing.services.dossiers import Dossier, Line, Said
from escalation.whistleblowing.services.keys import Opened

TURNS = {
    Turn.DESK: ("Behandelaars", "warning"), Turn.SECOND: ("Tweede persoon", "danger"),
    Turn.REPORTER: ("Melder", "neutral"), Turn.NOBODY: ("Niemand", "plain"),
}  # fmt: skip
IDENTITIES = {"anonymous": "Anoniem", "confidential": "Vertrouwelijk", "named": "Op naam"}
DONE = {
    "receive": "Melding ontvangen", "add": "De melder vulde aan", "consent": "De melder stemde in met bekendmaken",
    "withdraw_consent": "De melder trok de instemming in", "check_conflict": "Belangenconflict nagegaan",
    "acknowledge": "Ontvangst bevestigd", "admit": "In onderzoek genomen", "inform": "Melder geïnformeerd",
    "refuse_admission": "Niet in onderzoek genomen", "investigate": "Onderzoek", "interview": "Gesprek",
    "measure": "Maatregel", "aftercare": "Nazorg", "close": "Afgesloten", "keep_longer": "Langer bewaren",
    "propose_destruction": "Vernietiging voorgesteld", "message": "Bericht aan de melder", "note": "Aantekening",
    "refer": "Verwezen naar een extern meldkanaal", "request_identity": "Identiteit opgevraagd",
    "approve_identity": "Inzage in de identiteit goedgekeurd",
    "decline_identity": "Inzage in de identiteit afgewezen", "see_identity": "Identiteit ingezien",
    "disclose_by_law": "Bekendmaking op grond van de wet", "share": "Gedeeld met",
}  # fmt: skip
LOOKS = {
    "receive": ("inbox", "brand"), "add": ("message-2", "brand"), "consent": ("thumb-up", "good"),
    "withdraw_consent": ("thumb-down", "warning"), "decline_identity": ("thumb-down", "warning"),
    "request_identity": ("eye", "warning"),
    "approve_identity": ("user-check", "warning"), "see_identity": ("eye-check", "bad"),
    "disclose_by_law": ("gavel", "bad"), "message": ("send", ""), "note": ("pencil", ""),
    "refer": ("external-link", ""), "propose_destruction": ("trash", "warning"),
}  # fmt: skip
URGENT = {"approve_identity", "see_identity", "destroy"}  # somebody else waits for it, or did their part
KINDS = {
    "report": "Melding", "reply": "Aanvulling", "step": "Stap", "message": "Bericht", "question": "Vraag",
    "transcript": "Gespreksverslag", "signature": "Ondertekend", "correction": "Verbetering van het verslag",
    "broken": "Opent niet",
    "consent": "Instemming", "withdraw_consent": "Instemming ingetrokken", "name": "Naam", "identity": "Identiteit",
}  # fmt: skip


SHORT = {"Ontvangstbevestiging": "Bevestiging", "Informatie aan de melder": "Informatie"}  # ten of them in a row


@dataclass(frozen=True, slots=True)
class Event:
    """One act, for the timeline: what was written at the desk, and whether the reporter heard of it."""

    title: str
    who: str
    at: datetime
    icon: str
    tone: str
    words: str
    told: bool
    article: str
    files: Sequence[Enclosed] = ()


@dataclass(frozen=True, slots=True)
class Spoken:
    """One message of the talk."""

    kind: str
    mine: bool
    who: str
    at: datetime
    words: str
    files: Sequence[Enclosed]


@dataclass(frozen=True, slots=True)
class Row:
    """One report in the list."""

    line: Line
    turn: str
    look: str
    stage: str
    identity: str
    terms: Sequence["TermShown"]


@dataclass(frozen=True, slots=True)
class TermShown:
    label: str
    short: str
    due: datetime
    met: bool
    late: bool


def row_of(line: Line) -> Row:
    standing = line.standing
    turn, look = TURNS[standing.turn] if standing else ("", "plain")
    return Row(
        line, turn, look, LABELS[standing.stage] if standing else "Opent niet",
        IDENTITIES.get(standing.identity, "") if standing else "", terms_of(line.terms),
    )  # fmt: skip


def terms_of(terms: Mapping[str, Term]) -> list[TermShown]:
    return [
        TermShown(
            Term.Kind(kind).label, SHORT[Term.Kind(kind).label], term.due_at, term.met_at is not None,
            term.missed_at is not None or (term.met_at is not None and term.met_at > term.due_at),
        )
        for kind, term in sorted(terms.items())
    ]  # fmt: skip


def names_in(dossier: Dossier) -> dict[str, str]:
    """What everybody who acted is called, by what acts call them."""
    people = names_of([each.person_id for each in dossier.holders.values()])
    return {called: people.get(each.person_id, "Iemand") for called, each in dossier.holders.items()}


def story(dossier: Dossier, names: Mapping[str, str]) -> list[Event]:
    """The newest first."""
    return [_event(fact, dossier, names) for fact in reversed(dossier.acts.facts)]


def asked(dossier: Dossier, verb: str, who: str, names: Mapping[str, str]) -> Event | None:
    """What a second person decides about: who asked it, and why."""
    begun = {"approve_identity": "request_identity", "decline_identity": "request_identity",
             "destroy": "propose_destruction"}.get(verb)  # fmt: skip
    number = dossier.standing.request_of_another(who) if begun == "request_identity" else ""
    for fact in reversed(dossier.acts.facts):
        if fact.verb == begun and number in ("", str(fact.details.get("request"))):
            return _event(fact, dossier, names)
    return None


def talk(dossier: Dossier, names: Mapping[str, str]) -> list[Spoken]:
    """In the order in which it was said."""
    return [
        Spoken(
            _kind(each), each.by == REPORTER, "Melder" if each.by == REPORTER else "Meldpunt",
            each.at, each.words, _files(each, dossier),
        )
        for each in dossier.of(Lane.TALK)
    ]  # fmt: skip


def handlers(dossier: Dossier, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Who can read it now, and whether they declared that they are not involved."""
    found = [(called, each) for called, each in dossier.holders.items() if called in dossier.handled_by]
    return [
        (names[called], _declared(dossier.standing, each))
        for called, each in found
        if each.kind != Keyholder.Kind.ESCROW
    ]


def kept_from(dossier: Dossier, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """With whom this report is not to be talked over, and why; one line for each person, whatever keys they had."""
    left_out = {f"holder/{key}" for key in dossier.acts.facts[0].details.get("without", ())}
    found = {}
    for called, each in dossier.holders.items():
        if called in left_out:
            found[names[called]] = "de melder hield de melding hier weg: praat er niet over"
        elif dossiers.person_of(each) in dossier.standing.involved:
            found.setdefault(names[called], "verklaarde betrokken te zijn: praat er niet over")
    return sorted(found.items())


def path(standing: Standing) -> list[dict[str, str]]:
    """For <c-steps>."""
    return [
        {"label": SHORT.get(label, label), "note": "", "state": "" if state == "next" else state}
        for label, state in standing.path
    ]


def to_do(standing: Standing, opened: Opened, today: date) -> tuple[list[Step], list[Step]]:
    """What is next, and what may be done beside it, by this handler."""
    offers = standing.offers(dossiers.person_of(opened.holder), today=today)
    first = [step for step in offers if step.verb in URGENT]
    first += [step for step in offers if step.ends is standing.stage and step not in first]
    if standing.stage is not Stage.CONFLICT and len(offers) > 1:
        first = [step for step in first if step.verb != "check_conflict"]
    beside = [step for step in offers if step not in first]
    return first, sorted(beside, key=lambda step: step.verb == "check_conflict")


def waits_for(standing: Standing) -> str:
    running = standing.stage in RUNNING
    now = f"In de fase: {LABELS[standing.stage].lower()}." if running else "De melding is gesloten en wordt bewaard."
    if standing.turn is Turn.REPORTER:
        return f"{now} De melder is aan zet: er is een vraag gesteld of een verslag te ondertekenen."
    if standing.turn is Turn.SECOND:
        return f"{now} Een verzoek wacht op een tweede persoon."
    return now


def _kind(said: Said) -> str:
    """Of a step, which."""
    if said.kind == "step":
        return DONE.get(str(said.more.get("verb")), KINDS["step"])
    return KINDS.get(said.kind, KINDS["message"])


def _declared(standing: Standing, holder: Keyholder) -> str:
    free = dossiers.person_of(holder) in standing.free
    return "verklaarde niet betrokken te zijn" if free else "heeft nog niets verklaard"


def _files(said: Said, dossier: Dossier) -> list[Enclosed]:
    return [dossier.enclosed[each] for each in said.files if each in dossier.enclosed]


def _event(fact: Fact, dossier: Dossier, names: Mapping[str, str]) -> Event:
    step = STEPS.get(fact.verb)
    outcome = step.outcomes.get(fact.details.get("outcome", ""), "") if step else ""
    whom = names.get(str(fact.details.get("with")), "")
    title = ": ".join(filter(None, [" ".join(filter(None, [DONE.get(fact.verb, fact.verb), whom])), outcome]))
    numbers = frozenset(fact.details.get("said", ()))
    found = [each for each in dossier.messages if each.id in numbers]
    at_desk = [each for each in found if each.lane == Lane.DESK]
    words, enclosed = [each.words for each in at_desk], [file for each in at_desk for file in _files(each, dossier)]
    told = any(each.lane == Lane.TALK for each in found)
    icon, tone = LOOKS.get(fact.verb, ("check", "good"))
    who = "Melder" if fact.by == REPORTER else names.get(fact.by, "Iemand")
    article = step.article if step else ""
    return Event(title, who, fact.at, icon, tone, "\n\n".join(words), told, article, enclosed)
