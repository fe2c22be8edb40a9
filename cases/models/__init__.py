"""What is decided: cases per kind, documents, ballots."""

from cases.models.ballots import Ballot, Choice, Seat, Vote
from cases.models.case import Case, CaseAccess, Counter, Remark
from cases.models.commission import Alignment, Commission, Criterion, Domain, Draft, Scale, Share, Stance
from cases.models.documents import Classification, Document, DocumentVersion

__all__ = [
    "Alignment", "Ballot", "Case", "CaseAccess", "Choice", "Classification", "Commission", "Counter", "Criterion",
    "Document", "DocumentVersion", "Domain", "Draft", "Remark", "Scale", "Seat", "Share", "Stance", "Vote",
]  # fmt: skip
