"""Time and attention: what is due, and who has to hear of it."""

from escalation.models.deadlines import Deadline
from escalation.models.notices import Notice

__all__ = ["Deadline", "Notice"]
