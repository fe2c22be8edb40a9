"""What is decided: cases per kind, documents, ballots."""

from cases.models.amendments import Amendment, AmendmentAnswer, ProposedShare
from cases.models.ballots import Ballot, Choice, Seat, Vote
from cases.models.case import Admission, Case, CaseAccess, Counter, Remark
from cases.models.commission import Alignment, Asks, Commission, Criterion, Domain, Draft, Scale, Share, Stance
from cases.models.consents import CollegeDecision, PartnerConsent
from cases.models.contracts import Contract
from cases.models.documents import Classification, Document, DocumentVersion
from cases.models.evaluation import CriterionNote, Evaluation, Finding, Grade, SurveyAnswer
from cases.models.improvements import Improvement, ImprovementAnswer, ImprovementNote
from cases.models.meetings import AgendaItem, Meeting, Presence, UrgentDecision
from cases.models.municipal import MunicipalReference
from cases.models.providers import Lot, Provider
from cases.models.search import SearchEntry

__all__ = [
    "Admission", "AgendaItem", "Alignment", "Amendment", "AmendmentAnswer", "Asks", "Ballot", "Case", "CaseAccess",
    "Choice", "Classification", "CollegeDecision", "Commission", "Contract", "Counter", "Criterion", "CriterionNote",
    "Document", "DocumentVersion", "Domain", "Draft", "Evaluation", "Finding", "Grade", "Improvement",
    "ImprovementAnswer", "ImprovementNote", "Lot", "Meeting", "MunicipalReference", "PartnerConsent", "Presence",
    "ProposedShare", "Provider", "Remark", "Scale", "SearchEntry", "Seat", "Share", "Stance", "SurveyAnswer",
    "UrgentDecision", "Vote",
]  # fmt: skip
