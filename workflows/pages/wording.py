"""Words that task pages and case pages share: whose turn it is, and what somebody does when they act."""

from typing import Any

from workflows.models import CaseTask
from workflows.nodes import Collective

BY_DUTY = {
    "prepare": "U reageert als",
    "align": "U antwoordt als",
    "assess": "U beoordeelt als",
    "propose": "U stelt voor als",
    "accept": "U besluit als",
    "decide": "U besluit als",
    "consent": "U besluit als",
    "consult": "U legt vast als",
    "record": "U legt vast als",
    "handle": "U behandelt als",
    "agree": "U antwoordt als",
    "carry_out": "U legt vast als",
    "close": "U sluit af als",
    "advise": "U adviseert als",
    "draft": "U stelt op als",
    "legal_check": "U toetst als",
    "release": "U geeft vrij als",
    "answer": "U antwoordt als",
    "admit": "U laat toe als",
    "open": "U opent als",
    "award": "U besluit als",
    "notify": "U deelt mee als",
    "draft_contract": "U stelt op als",
    "sign": "U tekent als",
    "validate": "U valideert als",
    "publish": "U publiceert als",
    "register": "U registreert als",
    "start": "U begint als",
    "measure": "U meet als",
    "answer_survey": "U antwoordt als",
    "conclude": "U stelt op als",
    "hear": "U legt vast als",
    "hold": "U legt vast als",
    "confirm": "U bevestigt als",
}
BY_PART = {CaseTask.Part.VOTE: "U stemt als", CaseTask.Part.CONFIRM: "U bevestigt als"}
BUTTONS = {
    "municipal_alignment": "Antwoord geven",
    "alignment_question": "Reageren",
    "intake": "Intake doen",
    "supplement": "Aanvullen",
    "reconsider": "Heroverwegen",
    "approach": "Hoe-voorstel opstellen",
    "local_decision": "Besluiten",
    "partner_consent": "Antwoorden vastleggen",
    "college_consent": "Besluiten",
    "consent_question": "Reageren",
    "acceptance": "Besluiten",
    "amendment_alignment": "Antwoord geven",
    "amendment_question": "Reageren",
    "assessment": "Beoordelen",
    "amend_local_decision": "Besluiten",
    "amend_acceptance": "Besluiten",
    "spokesperson_line": "Woordvoeringslijn schrijven",
    "operational": "Behandelen",
    "operational_consent": "Antwoord geven",
    "tactical": "Behandelen",
    "tactical_consent": "Antwoord geven",
    "strategic_alone": "Behandelen",
    "measure": "Maatregel vastleggen",
    "referral": "Afsluiten",
    "questionnaire": "Vragenlijst invullen",
    "figures": "Cijfers vastleggen",
    "concept": "Concept schrijven",
    "hearing": "Vastleggen",
    "signal_advice": "Adviseren",
    "signal_follow_up": "Vervolg bepalen",
    "team": "Team vastleggen",
    "knowledge": "Kennis vastleggen",
    "market_exploration": "Verkenning vastleggen",
    "legal_advice": "Adviseren",
    "strategy": "Strategie opstellen",
    "strategy_local": "Besluiten",
    "papers": "Stukken opstellen",
    "legal_check": "Toetsen",
    "release": "Vrijgeven",
    "admission": "Toelaten",
    "clarification": "Vragen beantwoorden",
    "opening": "Openen",
    "no_tenders": "Verder bepalen",
    "eligibility": "Toetsen",
    "consensus": "Consensus vastleggen",
    "award_advice": "Adviseren",
    "award_decision": "Besluiten",
    "award_notice": "Mededelen",
    "standstill": "Bezwaar vastleggen",
    "challenge": "Uitkomst vastleggen",
    "contract_drafting": "Contract opstellen",
    "contract_signing": "Tekenen",
    "contract_validation": "Valideren",
    "award_publication": "Aankondigen",
    "registration": "Registreren",
    "expiry_decision": "Besluiten",
    "review_preparation": "Voorbereiden",
    "review_talk": "Gesprek vastleggen",
    "review_minutes": "Verslag schrijven",
    "review_confirmation": "Verslag bevestigen",
    "addendum_check": "Toetsen",
    "addendum_redraft": "Aanpassen",
    "addendum_decision": "Besluiten",
    "addendum_signing": "Tekenen",
    "requalification_assessment": "Beoordelen",
    "requalification_decision": "Besluiten",
    "measures_check": "Nagaan",
    "enquiry_answer": "Antwoorden",
    "enquiry_acceptance": "Reageren",
}


def acting_as(task: CaseTask) -> str:
    """How the sentence begins that says in which hat somebody acts."""
    part = CaseTask.Part(task.part)
    return BY_PART.get(part) or BY_DUTY[task.flow_task.duty]


def whose(task: CaseTask) -> str:
    """For whom a task is: one member, or a role; and who took it up."""
    if task.seat is not None:
        return f"{task.seat.person}, {task.seat.position.role}"
    if task.position is None:
        return "niemand: de zaak wacht op een datum"
    taker = getattr(task.owner, "person", None)
    return f"{task.position}, opgepakt door {taker}" if taker else str(task.position)


def title_of(task: CaseTask) -> str:
    """For instance "Stem uitbrengen: PHO-besluit"."""
    label = task.process.label_of(task.flow_task)
    if task.part:
        return f"{CaseTask.Part(task.part).label}: {label}"
    return f"{label} namens {task.organisation}" if task.organisation else label


def button(task: CaseTask) -> str:
    """What the link to a task says."""
    if task.part:
        return str(CaseTask.Part(task.part).label)
    node: Any = task.flow_task
    return "Besluitvorming leiden" if isinstance(node, Collective) else BUTTONS[node.name]
