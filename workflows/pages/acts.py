"""Acts in words: what was done, by whom, in which hat. Evidence holds codes and numbers; people read these."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from audit.models import Act
from audit.services import SYSTEM
from cases.models import AuditFinding, Choice, Improvement, SampleItem
from roles.models import Appointment, Person
from roles.rules.seats import DOUBLE_SEAT
from roles.rules.segregation import DISPENSED, DOUBLE_HAT, NAMED_PAIR
from workflows.flows import ALL as FLOWS
from workflows.models import CaseProcess
from workflows.sentences import RESULTS, STEPS, label_in

VERBS = {
    # in a case
    "submit": "Ingediend",
    "complete": "Stap gedaan",
    "open_ballot": "Stemronde geopend",
    "vote": "Gestemd",
    "close_ballot": "Stemronde gesloten",
    "record_meeting": "Vergadering vastgelegd",
    "confirm": "Besluit bevestigd",
    "send_back": "Verslag teruggestuurd",
    "deadline": "Termijn verstreken",
    "withdraw": "Ingetrokken",
    "suspend": "Opgeschort",
    "resume": "Hervat",
    "reassign": "Taak overgedragen",
    "extend": "Termijn verlengd",
    "hand_back": "Taak teruggegeven aan de rol",
    "release_task": "Taak teruggegeven bij afwezigheid",
    "pass_on": "Overgegaan op opvolger of waarnemer",
    "vacate_seat": "Zetel vacant, stem vervallen",
    "comment": "Opmerking geplaatst",
    "add_document": "Document toegevoegd",
    "add_version": "Documentversie toegevoegd",
    "rectify": "Gerectificeerd",
    "amend": "Opdracht gewijzigd",
    "escalate": "Geëscaleerd",
    "release_step": "Stilgezette stap gaat verder",
    "let_go": "Stap losgelaten",
    "note_reference": "Gemeentelijke gegevens bijgewerkt",
    "declare_recusal": "Verschoning gemeld",
    "withdraw_recusal": "Verschoning ingetrokken",
    "migrate_version": "Naar andere procesversie",
    "undo_version": "Procesversie teruggedraaid",
    "request_dispensation": "Uitzondering gevraagd",
    "approve_dispensation": "Uitzondering goedgekeurd",
    "decide_urgently": "Met spoed besloten",
    "ratify": "Over spoedbesluit uitgesproken",
    "begin_early": "Eerder begonnen",
    "annotate": "Toelichting bij een kader",
    "progress": "Voortgang van een actie",
    "hand_over_action": "Actie overgedragen",
    "hold_retention": "Bevroren tegen vernietiging",
    "lift_retention": "Bevriezing opgeheven",
    "destroy": "Vernietigd",
    "take_up": "Opgepakt als opdracht",
    "take_up_planned": "Gepland en opgepakt",
    "take_emergency": "Noodtoegang genomen",
    "end_emergency": "Noodtoegang eerder beëindigd",
    "review_emergency": "Noodtoegang nagekeken",
    "record_finding": "Bevinding vastgelegd",
    "close_finding": "Bevinding afgesloten",
    "return_finding": "Antwoord op een bevinding teruggegeven",
    # in a contract
    "apply_addendum": "Addendum doorgevoerd",
    "add_product": "Product toegevoegd",
    "measure": "Gemeten",
    "place_in_tier": "Gespreksniveau bepaald",
    "plan_review": "Gesprek gepland",
    "terminate": "Beëindigd",
    # in a tender procedure
    "begin_opening": "Eerste opener was er",
    "declare_conflict": "Belang verklaard",
    "declare_no_conflict": "Verklaard geen belang te hebben",
    "hand_in_tender": "Inschrijving ontvangen",
    "replace_tender": "Inschrijving vervangen",
    "withdraw_tender": "Inschrijving ingetrokken",
    "register_application": "Aanmelding vastgelegd",
    "admit_provider": "Aanbieder toegelaten",
    "refuse_provider": "Aanbieder niet toegelaten",
    # in a meeting
    "convene_meeting": "Vergadering belegd",
    "change_meeting": "Vergadering gewijzigd",
    "cancel_meeting": "Vergadering vervallen",
    "put_on_agenda": "Op de agenda gezet",
    "arrange_agenda": "Agenda geschikt",
    "remove_from_agenda": "Van de agenda gehaald",
    "add_paper": "Stuk toegevoegd",
    "record_agenda": "Vergadering vastgelegd",
    "confirm_list": "Besluitenlijst vastgesteld",
    "return_list": "Besluitenlijst teruggestuurd",
    "signal_quorum": "Te weinig leden verwacht",
    "lift_quorum": "Weer genoeg leden verwacht",
    # in a regeling
    "found_scheme": "Regeling opgericht",
    "add_organisation": "Organisatie toegevoegd",
    "add_module": "Module toegevoegd",
    "take_part": "Deelname vastgelegd",
    "add_body": "Gremium ingesteld",
    "add_role": "Rol toegevoegd",
    "add_position": "Functie toegevoegd",
    "register_person": "Persoon geregistreerd",
    "register_provider": "Aanbieder geregistreerd",
    "add_lot": "Perceel toegevoegd",
    "import_history": "Eerdere contracten ingelezen",
    "plan_procurement": "Inkoop gepland",
    "change_plan": "Planning gewijzigd",
    "drop_plan": "Uit de planning gehaald",
    "enrol_seal_key": "Sleutel gemaakt",
    "enrol_escrow_key": "Noodsleutel gemaakt",
    "change_seal_passphrase": "Wachtzin van een sleutel gewijzigd",
    "anchor_sealed": "Kop van de verzegelde keten genoemd",
    "enrol_report_key": "Sleutel van het meldpunt gemaakt",
    "admit_report_key": "Sleutel van het meldpunt toegelaten",
    "end_report_key": "Sleutel van het meldpunt beëindigd",
    "change_report_passphrase": "Wachtzin van een sleutel van het meldpunt gewijzigd",
    "link_account": "Account gekoppeld",
    "appoint": "Benoemd",
    "end_appointment": "Benoeming beëindigd",
    "substitute": "Waarneming geregeld",
    "end_substitution": "Waarneming beëindigd",
    "withdraw_substitution": "Waarneming ingetrokken",
    "record_absence": "Afwezigheid vastgelegd",
    "end_absence": "Afwezigheid beëindigd",
    "withdraw_absence": "Afwezigheid ingetrokken",
    "exempt": "Ontheffing verleend",
    "set_segregation_date": "Datum rolscheiding vastgesteld",
    "grant_mandate": "Mandaat verleend",
    "change_mandate": "Mandaat gewijzigd",
    "revoke_mandate": "Mandaat ingetrokken",
    "adopt_decision_rule": "Besluitregel vastgesteld",
    "adopt_terms": "Termijnregels vastgesteld",
    "change_term": "Termijn gewijzigd",
    "adopt_tiers": "Gespreksniveaus vastgesteld",
    "adopt_signals": "Signaalmomenten vastgesteld",
    "adopt_kpis": "KPI's vastgesteld",
    "adopt_reminders": "Herinneringsmomenten vastgesteld",
    "adopt_retention": "Bewaartermijnen vastgesteld",
    "propose_destruction": "Vernietigingslijst opgesteld",
    "approve_destruction": "Vernietigingslijst goedgekeurd",
    "reject_destruction": "Vernietigingslijst afgewezen",
    "release_from_destruction": "Zaak niet vernietigd",
    "finish_destruction": "Vernietigingslijst uitgevoerd",
    "export_cases": "Zaken uitgevoerd naar een bestand",
    "draw_sample": "Steekproef getrokken",
    "judge_item": "Steekproef: oordeel",
    "resend_mail": "Onbestelbare e-mail opnieuw verstuurd",
    "renew_body_feed": "Agenda-adres van een gremium gemaakt",
    "end_body_feed": "Agenda-adres van een gremium ingetrokken",
    "separate_duties": "Functiescheiding vastgesteld",
    "bind_step": "Stap gekoppeld aan rol",
    "start_version_run": "Overzetting begonnen",
    "end_version_run": "Overzetting klaar",
}

FLAGS = {
    DOUBLE_HAT: "Dubbele hoedanigheid", NAMED_PAIR: "Twee taken die gescheiden horen",
    DISPENSED: "Met een uitzondering", DOUBLE_SEAT: "Dubbele stoel", "urgent": "Spoed",
    "not-ratified": "Niet bekrachtigd", "own-term": "Eigen termijn", "on-ground": "Op een geschreven grond",
}  # fmt: skip

# Outcomes that no step of a flow has.
OUTCOMES = {
    **dict(Choice.choices),
    **dict(Improvement.Status.choices),
    **dict(SampleItem.Judgement.choices),
    **dict(AuditFinding.Weight.choices),
    "action_missed": "Niet op tijd gedaan",
    "sent_back": "Teruggestuurd",
    "missed": "Niet gehaald",
    "submitted": "Ingediend",
    "ratified": "Bekrachtigd",
    "not_ratified": "Niet bekrachtigd",
    "no_quorum": "Niet geldig besloten",
    "unratified": "Niet op tijd bekrachtigd",
    "review_missed": "Niet op tijd nagekeken",
    "justified": "Terecht",
    "unjustified": "Niet terecht",
}


IN_PLACE = "in waarneming"  # as `roles_facts` writes it in what an act was on behalf of


@dataclass(frozen=True, slots=True)
class Told:
    """One act as a page shows it."""

    act: Act
    who: str
    person_id: int | None
    what: str
    step: str
    outcome: str
    flags: list[str]
    documents: list[str]
    corrected_by: int | None = None

    @property
    def at(self) -> datetime:
        return self.act.at

    @property
    def title(self) -> str:
        """A step that was done is named by the step, anything else by what it is."""
        about = ": ".join(filter(None, [self.step, self.outcome]))
        if self.act.verb == "complete":
            return about
        if self.act.verb == "submit":
            return STEPS[self.act.step.rpartition("/")[2], ""].title
        return " · ".join(filter(None, [self.what, about]))

    @property
    def behalf_of(self) -> str:
        """Unless the role says it; whom somebody stood in for, the name says."""
        return behalf_of(self.act)

    @property
    def hash(self) -> str:
        return bytes(self.act.hash).hex()

    @property
    def words(self) -> list[tuple[str, str]]:
        """How a vote ended, the motivation, and the ground for acting in spite of another hat."""
        tally = self.act.data.get("tally") or {}
        said = [
            ("Uitslag", RESULTS.get(tally.get("result", ""), "").removeprefix(": ") or None),
            ("Motivering", self.act.motivation_text),
            ("Grond", self.act.ground_text),
        ]
        return [(label, str(text)) for label, text in said if text is not None]


def told(acts: Iterable[Act], corrections: dict[int, int] | None = None) -> list[Told]:
    """Every act in words. Three queries: for the names, for whom somebody stood in, for what regelingen call steps."""
    acts = list(acts)
    names, labels, holders = names_of(act.actor for act in acts), _labels(acts), stood_in_for(acts)
    return [_told(act, names, corrections or {}, labels.get(act.chain, {}), holders) for act in acts]


def _labels(acts: Iterable[Act]) -> dict[str, dict[str, str]]:
    """Chain -> step name -> label."""
    numbers = {int(act.chain.removeprefix("case/")) for act in acts if act.chain.startswith("case/")}
    found = CaseProcess.objects.filter(case__in=numbers).values_list("case", "labels")
    return {f"case/{number}": labels for number, labels in found}


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """The names behind `person/<id>`; of whom was destroyed it says so. One query."""
    numbers = {int(actor.removeprefix("person/")) for actor in actors if actor.startswith("person/")}
    return {person.actor: str(person) for person in Person.objects.filter(pk__in=numbers).select_related("name")}


def stood_in_for(acts: Iterable[Act]) -> dict[str, str]:
    """The names of those for whom somebody else acted, by the appointment. One query."""
    lent = {act.appointment for act in acts if act.behalf_of.endswith(IN_PLACE)}
    numbers = {int(appointment.removeprefix("appointment/")) for appointment in lent}
    found = Appointment.objects.select_related("person__name").filter(pk__in=numbers)
    return {f"appointment/{each.pk}": str(each.person) for each in found}


def signed(act: Act, name: str, holders: dict[str, str]) -> str:
    """Who did it: "A namens B" for who stood in. Acts hold no names, so these are of today."""
    holder = holders.get(act.appointment) if act.behalf_of.endswith(IN_PLACE) else None
    return f"{name} namens {holder}" if holder else name


def behalf_of(act: Act) -> str:
    """The organisation, unless the role says it."""
    represented = act.behalf_of.removesuffix(IN_PLACE).rstrip(", ")
    return "" if act.role.endswith(represented) else represented


def _told(
    act: Act, names: dict[str, str], corrections: dict[int, int], labels: dict[str, str], holders: dict[str, str]
) -> Told:
    node = step_of(act.step)
    return Told(
        act=act,
        who="Het systeem" if act.actor == SYSTEM else signed(act, names.get(act.actor, act.actor), holders),
        person_id=int(act.actor.removeprefix("person/")) if act.actor in names else None,
        what=VERBS.get(act.verb, act.verb),
        step=label_in(labels, node) if node else "",
        outcome=outcome_of(node, act.outcome),
        flags=[FLAGS.get(flag, flag) for flag in act.flags.split()],
        documents=act.documents.split(),
        corrected_by=corrections.get(act.seq),
    )


def step_of(reference: str) -> Any:
    """The node that "commissioning/1/intake" names; none where the act is about no step."""
    parts = reference.split("/")
    if len(parts) != 3:
        return None
    code, version, name = parts
    for flow in FLOWS:
        if (flow.code, str(flow.version)) == (code, version):
            return getattr(flow, name, None)
    return None


def outcome_of(node: Any, code: str) -> str:
    found = next((outcome.label for outcome in getattr(node, "outcomes", ()) if outcome.code == code), None)
    return str(found or OUTCOMES.get(code, code))
