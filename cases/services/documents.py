"""Documents come in with a step or by themselves; each version is known by the SHA-256 of its bytes."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.core.files.base import File

from audit import texts
from cases.models import AgendaItem, Case, Document, DocumentVersion, Meeting
from cases.services.words import write
from roles.authorize import Authority


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A file as it came in, already checked (`cases.rules.files`)."""

    title: str
    classification: str
    filename: str
    media_type: str
    content: "File[bytes]"


def add_document(*, case: Case, step: str, by: Authority, at: datetime, paper: Paper) -> DocumentVersion:
    """A new document, version 1."""
    document = Document.objects.create(
        case=case, title=write(case, paper.title), classification=paper.classification, step=step
    )
    return add_version(document=document, by=by, at=at, paper=paper)


def add_to_meeting(
    *, meeting: Meeting, item: AgendaItem | None, by: Authority, at: datetime, paper: Paper
) -> DocumentVersion:  # fmt: skip
    """A new document of a meeting, or of one item on its agenda, version 1."""
    document = Document.objects.create(
        meeting=meeting, item=item, title=texts.write(meeting.chain, paper.title), classification=paper.classification
    )
    return add_version(document=document, by=by, at=at, paper=paper)


def add_version(*, document: Document, by: Authority, at: datetime, paper: Paper) -> DocumentVersion:
    """The next version; the earlier ones stay."""
    version = DocumentVersion(
        document=document,
        number=document.versions.count() + 1,
        filename=texts.write(document.chain, paper.filename),
        sha256=_sha256(paper.content),
        size=paper.content.size,
        media_type=paper.media_type,
        added_by_id=by.appointment_id,
        stood_in_by_id=by.stood_in_by_id,
        added_at=at,
    )
    version.file.save(paper.filename, paper.content, save=False)
    version.save()
    return version


def _sha256(content: "File[bytes]") -> str:
    digest = hashlib.sha256()
    for chunk in content.chunks():
        digest.update(chunk)
    return digest.hexdigest()
