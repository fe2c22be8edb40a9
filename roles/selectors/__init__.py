"""Questions about who may act that are asked in more than one place."""

from roles.selectors.attending import Attendant, attending, attending_seats
from roles.selectors.bodies import (
    SEAT,
    DoubleSeat,
    career,
    chair,
    double_seats,
    holders,
    members,
    participants,
    partner_regions,
    recused,
    seating,
    substitutions,
    successor,
)
from roles.selectors.double import DoubleStay, double_stays
from roles.selectors.hats import Hat, Offer, acted_as, conduct, hats, hats_for, positions_held
from roles.selectors.powers import (
    binding,
    bound_positions,
    in_force,
    mandate_covers,
    mandate_register,
    rule_by_position,
    rule_in_force,
    rules_in_force,
)
from roles.selectors.roster import register_of, state_of
from roles.selectors.sight import Scope, scopes, shared_scopes

__all__ = [
    "SEAT", "Attendant", "DoubleSeat", "DoubleStay", "Hat", "Offer", "Scope", "acted_as", "attending",
    "attending_seats", "binding", "bound_positions", "career", "chair", "conduct", "double_seats", "double_stays",
    "hats", "hats_for", "holders", "in_force", "mandate_covers", "mandate_register", "members", "participants",
    "partner_regions", "positions_held", "recused", "register_of", "rule_by_position", "rule_in_force",
    "rules_in_force", "scopes", "seating", "shared_scopes", "state_of", "substitutions", "successor",
]  # fmt: skip
