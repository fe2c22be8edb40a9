"""What is asked of time and attention."""

from escalation.selectors.mail import dead_mail, mail_figures
from escalation.selectors.terms import first_of, frozen_terms, history_of, in_force, rules_of

__all__ = ["dead_mail", "first_of", "frozen_terms", "history_of", "in_force", "mail_figures", "rules_of"]
