"""What time sets going, and what people are told of it."""

from escalation.services.terms import adopt_terms, change_term, law_for
from escalation.services.tick import tick

__all__ = ["adopt_terms", "change_term", "law_for", "tick"]
