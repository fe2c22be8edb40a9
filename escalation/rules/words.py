"""What each kind of notice says, in Dutch. In the product it stands beside the case; by mail it stands alone.

So these words hold nothing of a case: no title, no name, no outcome. A mail adds the number of the case and what kind
of step it is about, and of a case with anything confidential not even that (`discreet`).
"""

from collections.abc import Collection
from dataclasses import dataclass

TASK, REMINDER, DECISION, PROGRESS, MEETING, ESCALATION = (
    "task", "reminder", "decision", "progress", "meeting", "escalation",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Words:
    """`title` names the notice, `line` is the sentence of a mail. `to_task`: it leads to the task, else to the case.

    `cites`: mailed once a signed root covers it, and the root is cited.
    """

    sort: str
    title: str
    line: str
    icon: str
    to_task: bool = False
    cites: bool = False


NOTICES: dict[str, Words] = {
    "task_ready": Words(TASK, "Nieuwe taak", "Er is een taak voor u.", "inbox", to_task=True),
    "task_returned": Words(
        TASK, "Taak terug bij uw rol", "Een taak is teruggekomen bij uw rol.", "inbox", to_task=True
    ),
    "task_assigned": Words(
        TASK, "Taak aan u overgedragen", "Een taak is aan u overgedragen.", "user-share", to_task=True
    ),
    "round_opened": Words(TASK, "Stemronde geopend", "Er is een stemronde waarin u stemt.", "send", to_task=True),
    "to_confirm": Words(
        TASK, "Besluit te bevestigen", "Een besluit wacht op uw bevestiging.", "signature", to_task=True
    ),
    "returned": Words(
        TASK, "Teruggestuurd", "Een zaak is teruggestuurd en wacht op u.", "arrow-back-up", to_task=True
    ),
    "sent_back": Words(
        TASK, "Vastlegging teruggestuurd", "De vastlegging van een besluit is naar u teruggestuurd.", "arrow-back-up",
        to_task=True,
    ),
    "ratify": Words(TASK, "Spoedbesluit te bekrachtigen", "Een spoedbesluit moet worden bekrachtigd.", "bolt"),
    "unratified": Words(
        TASK, "Spoedbesluit niet op tijd bekrachtigd", "Een spoedbesluit is niet op tijd bekrachtigd.", "bolt"
    ),
    "list_to_confirm": Words(
        TASK, "Besluitenlijst te bevestigen", "Een besluitenlijst wacht op uw bevestiging.", "signature"
    ),
    "list_sent_back": Words(
        TASK, "Besluitenlijst teruggestuurd", "Een besluitenlijst is naar u teruggestuurd.", "arrow-back-up"
    ),
    "action_agreed": Words(
        TASK, "Verbeterpunt voor u", "Er is een verbeterpunt waarvan u actiehouder bent.", "list-check"
    ),
    "reminder_before": Words(
        REMINDER, "Termijn nadert", "De termijn van een taak nadert.", "calendar-due", to_task=True
    ),
    "reminder_today": Words(
        REMINDER, "Termijn eindigt vandaag", "De termijn van een taak eindigt vandaag.", "calendar-due", to_task=True
    ),
    "reminder_after": Words(
        REMINDER, "Termijn verstreken", "De termijn van een taak is verstreken.", "clock", to_task=True
    ),
    "emergency_review": Words(
        TASK, "Noodtoegang na te kijken", "Iemand nam noodtoegang. U kijkt haar na als zij is geëindigd.",
        "shield-check",
    ),
    "emergency_taken": Words(
        ESCALATION, "Noodtoegang genomen", "Iemand leest door noodtoegang in een zaak waaraan u deelneemt.",
        "alert-triangle",
    ),
    "breached": Words(REMINDER, "Termijn overschreden", "Een termijn is overschreden.", "alert-triangle"),
    "decided": Words(DECISION, "Besluit genomen", "Er is een besluit genomen.", "gavel", cites=True),
    "award_decided": Words(DECISION, "Gunningsbesluit", "Er is besloten over een gunning.", "gavel", cites=True),
    "contracts_registered": Words(
        DECISION, "Contracten geregistreerd", "Van een inkoop waaraan u meedoet staan de contracten in het register.",
        "clipboard-text",
    ),
    "ended": Words(DECISION, "Zaak afgerond", "Een zaak is afgerond.", "circle-check", cites=True),
    "withdrawn": Words(PROGRESS, "Ingetrokken", "Een zaak is ingetrokken.", "ban"),
    "suspended": Words(PROGRESS, "Opgeschort", "Een zaak is opgeschort; termijnen staan stil.", "player-pause"),
    "resumed": Words(PROGRESS, "Hervat", "Een zaak is hervat; termijnen lopen weer.", "player-play"),
    "extended": Words(PROGRESS, "Termijn verlengd", "Een termijn is verlengd.", "calendar"),
    "convened": Words(MEETING, "Vergadering belegd", "Er is een vergadering belegd.", "calendar"),
    "agenda": Words(MEETING, "Agenda aangevuld", "De agenda van een vergadering is aangevuld.", "clipboard-text"),
    "meeting_changed": Words(MEETING, "Vergadering verplaatst", "Een vergadering is gewijzigd.", "calendar"),
    "meeting_cancelled": Words(MEETING, "Vergadering vervallen", "Een vergadering gaat niet door.", "ban"),
    "list_confirmed": Words(
        MEETING, "Besluitenlijst vastgesteld", "Een besluitenlijst is vastgesteld.", "circle-check"
    ),
    "quorum": Words(
        MEETING, "Te weinig leden verwacht", "Voor een besluit worden te weinig leden verwacht.", "users-group"
    ),
    "buy_again": Words(
        TASK, "Contract wordt opnieuw ingekocht", "Voor een contract dat afloopt is een nieuwe opdracht nodig.",
        "refresh",
    ),
    "escalated": Words(ESCALATION, "Escalatie geopend", "Er is een escalatie geopend.", "alert-triangle"),
    "escalation_raised": Words(
        ESCALATION, "Escalatie naar een hoger niveau", "Een escalatie ging naar een hoger niveau.", "alert-triangle"
    ),
    "escalation_lowered": Words(
        ESCALATION, "Escalatie naar een lager niveau", "Een escalatie ging naar een lager niveau.", "arrow-back-up"
    ),
    "escalation_closed": Words(ESCALATION, "Escalatie afgesloten", "Een escalatie is afgesloten.", "circle-check"),
}  # fmt: skip

# How soon mail comes of each sort, for who did not say otherwise.
USUAL = {
    TASK: "at_once", REMINDER: "at_once", DECISION: "at_once", PROGRESS: "daily", MEETING: "at_once",
    ESCALATION: "at_once",
}  # fmt: skip

# What a move tells everybody with a part in the case, by its verb.
OF_VERB = {"suspend": "suspended", "resume": "resumed", "withdraw": "withdrawn", "extend": "extended"}

TRUSTED = frozenset({"confidential", "secret"})
PUBLIC_KINDS = frozenset({"commission", "amendment"})  # any other kind of case may be about a person


def discreet(*, kind: str, confidential: bool, classifications: Collection[str]) -> bool:
    """Whether a mail keeps silent about which case it is: it or a document is under trust, or it is about somebody."""
    return confidential or kind not in PUBLIC_KINDS or not TRUSTED.isdisjoint(classifications)


def about(*, number: str, step: str, discreet: bool) -> str:
    """What a mail says of which case and what kind of step; "" of what it keeps silent about."""
    return "" if discreet else " · ".join(part for part in (step, number) if part)
