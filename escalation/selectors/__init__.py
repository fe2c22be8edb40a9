"""What is asked of time and attention."""

from escalation.selectors.terms import frozen_terms, in_force, rules_of

__all__ = ["frozen_terms", "in_force", "rules_of"]
