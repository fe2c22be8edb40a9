"""Who may act: regelingen, bodies and people, their seats and powers, and what each may see."""

from roles.models.bodies import Body, Position, Role
from roles.models.emergency import EmergencyAccess
from roles.models.grants import (
    OrganisationGroupPermission,
    OrganisationUserPermission,
    SchemeGroupPermission,
    SchemeUserPermission,
)
from roles.models.people import (
    Absence,
    Appointment,
    Dispensation,
    Exemption,
    Person,
    Recusal,
    StoodIn,
    Substitution,
    in_place_of,
)
from roles.models.powers import DecisionRule, DutyPair, Mandate, StepBinding
from roles.models.register import AppointmentFile, SegregationDecision
from roles.models.schemes import Module, Organisation, Participation, Scheme

__all__ = [
    "Absence", "Appointment", "AppointmentFile", "Body", "DecisionRule", "Dispensation", "DutyPair", "EmergencyAccess",
    "Exemption", "Mandate", "Module", "Organisation", "OrganisationGroupPermission", "OrganisationUserPermission",
    "Participation", "Person", "Position", "Recusal", "Role", "Scheme", "SchemeGroupPermission", "SchemeUserPermission",
    "SegregationDecision", "StepBinding", "StoodIn", "Substitution", "in_place_of",
]  # fmt: skip
