"""What is decided: cases per kind, documents, ballots."""

from cases.models.amendments import Amendment, AmendmentAnswer, ProposedShare
from cases.models.audits import AuditFinding, Sample, SampleItem
from cases.models.awards import Application, Award, AwardLetter, AwardNotice, Challenge
from cases.models.ballots import Ballot, Choice, Seat, Vote
from cases.models.case import Admission, Case, CaseAccess, Counter, Remark
from cases.models.commission import Alignment, Asks, Commission, Criterion, Domain, Draft, Scale, Share, Stance
from cases.models.consents import CollegeDecision, PartnerConsent
from cases.models.contract_care import (
    Addendum,
    ContractProduct,
    Enquiry,
    Measurement,
    Requalification,
    Review,
)
from cases.models.contract_rules import ExpirySignal, Kpi, ReviewTier
from cases.models.contracts import Contract
from cases.models.documents import Classification, Document, DocumentVersion
from cases.models.evaluation import CriterionNote, Evaluation, Finding, Grade, SurveyAnswer
from cases.models.figures import Fact, Figure, Reach, Recount
from cases.models.history import HistoryFile
from cases.models.improvements import Improvement, ImprovementAnswer, ImprovementNote
from cases.models.meetings import AgendaItem, Meeting, Presence, UrgentDecision
from cases.models.municipal import MunicipalReference
from cases.models.planning import PlanningItem, PolicySignal
from cases.models.procurement import (
    AwardCriterion,
    Funding,
    Instrument,
    PriceFormula,
    Procedure,
    Procurement,
    ProcurementLot,
    Publication,
    TeamMember,
)
from cases.models.providers import Lot, Provider
from cases.models.retention import Destruction, DestructionItem, Remains, RetentionHold, RetentionRule
from cases.models.seals import KeyLock, Opener, SealedTender, SealKey, TenderDesk
from cases.models.search import SearchEntry
from cases.models.tenders import (
    AgreedScore,
    Assessment,
    ConflictDeclaration,
    Eligibility,
    Ranking,
    Score,
    Tender,
    TenderDocument,
    TenderLot,
)

__all__ = [
    "Addendum", "Admission", "AgendaItem", "AgreedScore", "Alignment", "Amendment", "AmendmentAnswer", "Application",
    "Asks", "Assessment", "AuditFinding", "Award", "AwardCriterion", "AwardLetter", "AwardNotice", "Ballot", "Case",
    "CaseAccess", "Challenge", "Choice", "Classification", "CollegeDecision", "Commission", "ConflictDeclaration",
    "Contract", "ContractProduct", "Counter", "Criterion", "CriterionNote", "Destruction", "DestructionItem",
    "Document", "DocumentVersion", "Domain", "Draft", "Eligibility", "Enquiry", "Evaluation", "ExpirySignal", "Fact",
    "Figure", "Finding", "Funding", "Grade", "HistoryFile", "Improvement", "ImprovementAnswer", "ImprovementNote",
    "Instrument", "KeyLock", "Kpi", "Lot", "Measurement", "Meeting", "MunicipalReference", "Opener", "PartnerConsent",
    "PlanningItem", "PolicySignal", "Presence", "PriceFormula", "Procedure", "Procurement", "ProcurementLot",
    "ProposedShare", "Provider", "Publication", "Ranking", "Reach", "Recount", "Remains", "Remark", "Requalification",
    "RetentionHold", "RetentionRule", "Review", "ReviewTier", "Sample", "SampleItem", "Scale", "Score", "SealKey",
    "SealedTender", "SearchEntry", "Seat", "Share", "Stance", "SurveyAnswer", "TeamMember", "Tender", "TenderDesk",
    "TenderDocument", "TenderLot", "UrgentDecision", "Vote",
]  # fmt: skip
