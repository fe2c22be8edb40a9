"""Every change of who may act is one of these, and one act in the chain of the regeling (or of the case)."""

from roles.services.bodies import add_body, add_position, add_role
from roles.services.cases import approve_dispensation, declare_recusal, request_dispensation, withdraw_recusal
from roles.services.grants import sync_memberships
from roles.services.imports import Outdated, discard_file, enter, forget_files, import_file, keep_file, try_out
from roles.services.keeping import authority, keepers, offers
from roles.services.mandates import change_mandate, grant_mandate, revoke_mandate
from roles.services.people import appoint, end_appointment, exempt, register_person
from roles.services.rules import adopt_decision_rule, bind_step, separate_duties
from roles.services.schemes import add_module, add_organisation, found_scheme, set_segregation_date, take_part
from roles.services.standing_in import end_absence, end_substitution, own_authority, record_absence, substitute

__all__ = [
    "Outdated", "add_body", "add_module", "add_organisation", "add_position", "add_role", "adopt_decision_rule",
    "appoint", "approve_dispensation", "authority", "bind_step", "change_mandate", "declare_recusal", "discard_file",
    "end_absence", "end_appointment", "end_substitution", "enter", "exempt", "forget_files", "found_scheme",
    "grant_mandate", "import_file", "keep_file", "keepers", "offers", "own_authority", "record_absence",
    "register_person", "request_dispensation", "revoke_mandate", "separate_duties", "set_segregation_date",
    "substitute", "sync_memberships", "take_part", "try_out", "withdraw_recusal",
]  # fmt: skip
