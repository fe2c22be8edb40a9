"""What an act says in the history of a case, in Dutch. A test holds every verb, step and outcome to a sentence."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format

from audit.models import Act
from cases.models import Choice
from workflows.sentences import commissioning, contract, evaluation, policy_signal, procurement
from workflows.sentences.sentence import Sentence

STEPS: dict[tuple[str, str], Sentence] = {
    **commissioning.STEPS,
    **procurement.STEPS,
    **policy_signal.STEPS,
    **evaluation.STEPS,
    **contract.STEPS,
}
DEADLINES: dict[tuple[str, str], Sentence] = {
    **commissioning.DEADLINES,
    **procurement.DEADLINES,
    **evaluation.DEADLINES,
    **contract.DEADLINES,
}

VERBS: dict[str, Sentence] = {
    "open_ballot": Sentence("{label}: schriftelijke ronde geopend met het voorstel ‘{proposal}’", "send", "brand"),
    "close_ballot": Sentence("{label}: ronde gesloten en geteld{result}", "scale"),
    "record_meeting": Sentence(
        "{label}: vergadering vastgelegd met het voorstel ‘{proposal}’{result}", "gavel", "brand"
    ),
    "confirm": Sentence("{label}: besluit ‘{proposal}’ bevestigd", "signature", "good"),
    "send_back": Sentence("{label}: vastlegging teruggestuurd naar de secretaris", "arrow-back-up", "warning"),
    "decide_urgently": Sentence(
        "{label}: met spoed besloten tot ‘{proposal}’; het gremium moet dit nog bekrachtigen", "bolt", "warning"
    ),
    "withdraw": Sentence("{matter} ingetrokken", "ban", "bad"),
    "import_history": Sentence("{matter} overgenomen uit een ouder register", "upload", "brand"),
    "suspend": Sentence("Zaak opgeschort", "player-pause", "warning"),
    "resume": Sentence("Zaak hervat", "player-play", "good"),
    "extend": Sentence("Termijn van ‘{label}’ verlengd tot en met {until}", "calendar-due", "warning"),
    "reassign": Sentence("Taak ‘{label}’ overgedragen", "user-share"),
    "hand_back": Sentence(
        "Taak ‘{label}’ teruggegeven aan de rol, omdat de benoeming van {person} eindigde", "arrow-back-up", "warning"
    ),
    "release_task": Sentence(
        "Taak ‘{label}’ teruggegeven aan de rol, omdat {person} afwezig is", "arrow-back-up", "warning"
    ),
    "pass_on": Sentence("{label}: van {person} op {successor} overgegaan, omdat de benoeming eindigde", "user-share"),
    "vacate_seat": Sentence("{label}: de zetel van {person} is vacant; de open stem vervalt", "user", "warning"),
    "escalate": Sentence("Geëscaleerd als {escalation}", "flag", "warning"),
    "release_step": Sentence("{escalation} laat de stap los: hij gaat verder", "player-play", "good"),
    "let_go": Sentence("De stilgezette stap is losgelaten", "player-play", "good"),
    "comment": Sentence("Opmerking geplaatst", "message-2"),
    "add_document": Sentence("Document toegevoegd", "file-text"),
    "add_version": Sentence("Nieuwe versie van een document toegevoegd", "file-text"),
    "amend": Sentence("Opdracht gewijzigd door {amendment}", "rotate", "brand"),
    "take_up": Sentence("Opgepakt als opdracht {commission}", "send", "good"),
    "note_reference": Sentence("Gegevens van {of} bijgewerkt", "building-community"),
    **contract.VERBS,
    **evaluation.VERBS,
    **procurement.VERBS,
    "hold_retention": Sentence("Bevroren: de zaak wordt niet vernietigd", "lock", "warning"),
    "lift_retention": Sentence("Bevriezing opgeheven", "lock-open"),
    "destroy": Sentence("Vernietigd na het einde van de bewaartermijn", "trash", "bad"),
    "rectify": Sentence("Rectificatie van handeling {rectifies}", "pencil", "warning"),
    "declare_recusal": Sentence("Verschoning gemeld", "user", "warning"),
    "withdraw_recusal": Sentence("Verschoning ingetrokken", "user-check"),
    "migrate_version": Sentence("De zaak loopt verder op versie {to} van het proces, was versie {from}", "route"),
    "undo_version": Sentence("De zaak loopt weer op versie {to} van het proces", "arrow-back-up", "warning"),
    "request_dispensation": Sentence("Uitzondering op een functiescheiding gevraagd", "flag", "warning"),
    "approve_dispensation": Sentence("Uitzondering op een functiescheiding goedgekeurd", "flag", "warning"),
    "take_emergency": Sentence("Noodtoegang genomen voor {hours} uur", "alert-triangle", "warning"),
    "end_emergency": Sentence("Noodtoegang eerder beëindigd", "lock"),
    "review_emergency": Sentence("Noodtoegang nagekeken", "shield-check"),
    "record_finding": Sentence("Bevinding {finding} vastgelegd", "flag", "warning"),
    "return_finding": Sentence("Antwoord op bevinding {finding} teruggegeven", "arrow-back-up", "warning"),
    "close_finding": Sentence("Bevinding {finding} afgesloten", "circle-check", "good"),
}

VOTES: dict[str, Sentence] = {
    Choice.FOR: Sentence("{label}: stem voor", "thumb-up", "good"),
    Choice.FOR_WITH_REMARK: Sentence("{label}: stem voor met kanttekening", "message-2", "warning"),
    Choice.AGAINST: Sentence("{label}: stem tegen", "thumb-down", "bad"),
    Choice.ABSTAIN: Sentence("{label}: onthouding", "minus"),
}

RATIFICATIONS: dict[str, Sentence] = {
    "ratified": Sentence("{label}: spoedbesluit bekrachtigd{result}", "gavel", "good"),
    "not_ratified": Sentence("{label}: spoedbesluit niet bekrachtigd{result}", "circle-x", "bad"),
    "no_quorum": Sentence("{label}: over het spoedbesluit is niet geldig besloten{result}", "clock", "warning"),
}

REVIEW_MISSED = Sentence("Noodtoegang is niet op tijd nagekeken", "clock", "bad")
UNRATIFIED = Sentence("Het spoedbesluit is niet op tijd bekrachtigd", "clock", "bad")
RATIFICATION_CONFIRMED = Sentence("{label}: bekrachtiging van het spoedbesluit bevestigd", "signature", "good")
CLOSED = Sentence("{label}: de stemronde is verstreken en geteld{result}", "scale")
MISSED = Sentence("De termijn van ‘{label}’ is verstreken", "clock", "bad")

MATTERS = {
    **contract.MATTERS,
    "amendment": "Wijziging",
    "escalation": "Escalatie",
    "evaluation": "Evaluatie",
    "policy_signal": "Beleidssignaal",
    "procurement": "Inkoop",
}  # what a case is, by its flow; any other is a commission

RESULTS = {
    "carried": ": aangenomen",
    "rejected": ": verworpen",
    "second_round": ": de stemmen staken",
    "next_meeting": ": de stemmen staken, uitgesteld tot een volgende vergadering",
    "not_quorate": ": geen quorum",
    "not_opened": ": niet geopend, te weinig leden aanwezig",
    "invalid": ": geen geldige stemming",
}


def sentence_of(
    act: Act, flow_class: Any, organisation: str = "", names: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
) -> Sentence:  # fmt: skip
    """`names` are of the people that an act is about (`person/12`), `labels` what the regeling calls its steps.

    Raises LookupError for what has no sentence.
    """
    step = act.step.rpartition("/")[2]
    found = _find(act.verb, step, act.outcome)
    node = getattr(flow_class, step, None)
    words = {
        "label": label_in(labels or {}, node), "organisation": _capital(organisation),
        "proposal": _proposal(node, act), "result": RESULTS.get(_tally(act).get("result", ""), ""),
        "left": " en ".join(act.data.get("left", [])), "rectifies": act.data.get("rectifies", ""),
        "matter": MATTERS.get(getattr(flow_class, "code", ""), "Opdracht"),
        "amendment": act.data.get("amendment", ""), "commission": act.data.get("commission", ""),
        "escalation": act.data.get("escalation", ""),
        "hours": act.data.get("hours", ""), "finding": act.data.get("finding", ""),
        "of": act.data.get("of", ""), "improvement": act.data.get("improvement", ""),
        "person": (names or {}).get(str(act.data.get("person")), "iemand"),
        "successor": (names or {}).get(str(act.data.get("to_person")), "iemand anders"),
        "from": act.data.get("from", ""), "to": act.data.get("to", ""), "until": _day(act.data.get("until")),
    } | {name: act.data.get(name, "") for name in contract.WORDS}  # fmt: skip
    return Sentence(found.title.format(**words), found.icon, found.tone)


def skipped(act: Act, flow_class: Any, labels: Mapping[str, str] | None = None) -> list[Sentence]:
    """The steps that were passed by after this act, for the regeling does not have them."""
    nodes = [getattr(flow_class, step, None) for step in act.data.get("skipped", [])]
    return [Sentence(f"{label_in(labels or {}, node)} overgeslagen: {_why(flow_class)}", "minus")
            for node in nodes]  # fmt: skip


def _why(flow_class: Any) -> str:
    if getattr(flow_class, "code", "") == "escalation":
        return "deze regeling kent dit niveau niet, of er is niemand die het mag behandelen"
    return "deze regeling kent deze stap niet"


def label_in(labels: Mapping[str, str], node: Any) -> str:
    return labels.get(getattr(node, "name", ""), str(getattr(node, "label", "Deze taak")))


def _find(verb: str, step: str, outcome: str) -> Sentence:
    match verb:
        case "submit":
            return STEPS[step, ""]
        case "complete":
            return STEPS[step, outcome]
        case "vote":
            return VOTES[outcome]
        case "ratify":
            return RATIFICATIONS[outcome]
        case "confirm" if outcome == "ratified":
            return RATIFICATION_CONFIRMED
        case "progress":
            return evaluation.PROGRESS[outcome]
        case "deadline" if outcome == "action_missed":
            return evaluation.ACTION_MISSED
        case "deadline" if outcome == "review_missed":
            return REVIEW_MISSED
        case "deadline" if outcome == "missed":
            return MISSED
        case "deadline" if outcome == "unratified":
            return UNRATIFIED
        case "deadline":
            return DEADLINES.get((step, outcome), CLOSED)
        case _:
            return VERBS[verb]


def _proposal(node: Any, act: Act) -> str:
    code = act.data.get("proposal") or act.outcome
    try:
        return str(node.outcome(code).label).lower()
    except (LookupError, AttributeError):
        return str(code)


def _day(written: Any) -> str:
    return date_format(date.fromisoformat(str(written)), "j F Y") if written else ""


def _tally(act: Act) -> dict[str, Any]:
    tally = act.data.get("tally")
    return tally if isinstance(tally, dict) else {}


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
