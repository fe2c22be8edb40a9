"""Time and attention: what is due, and who has to hear of it."""

from escalation.models.deadlines import Deadline
from escalation.models.feeds import BodyFeed, PersonalFeed
from escalation.models.ladder import Escalation, Measure
from escalation.models.notices import Mail, MailPreference, Message, Notice, ReminderMoment
from escalation.models.terms import TermRule

__all__ = [
    "BodyFeed",
    "Deadline",
    "Escalation",
    "Mail",
    "MailPreference",
    "Measure",
    "Message",
    "Notice",
    "PersonalFeed",
    "ReminderMoment",
    "TermRule",
]
