"""What is said about a case outside the forms."""

from datetime import datetime

from cases.models import Case, Remark
from cases.services.words import write
from roles.authorize import Authority


def comment(*, case: Case, step: str, by: Authority, at: datetime, words: str) -> Remark:
    """Everybody who may see the case may say something; it binds nobody."""
    return Remark.objects.create(
        case=case, kind=Remark.Kind.COMMENT, step=step, text=write(case, words), said_at=at,
        author_id=by.appointment_id, stood_in_by_id=by.stood_in_by_id,
    )  # fmt: skip
