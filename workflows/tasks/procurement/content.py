"""What a procurement is about, for whoever changes it."""

from cases.models import Procurement
from workflows.engine import Work


def procurement_of(work: Work) -> Procurement:
    content = work.content
    assert isinstance(content, Procurement)
    return content
