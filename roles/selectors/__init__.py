"""Questions about who may act that are asked in more than one place."""

from roles.selectors.bodies import (
    SEAT,
    DoubleSeat,
    career,
    chair,
    double_seats,
    holders,
    members,
    participants,
    recused,
    seating,
    substitutions,
)
from roles.selectors.hats import Hat, Offer, acted_as, hats, hats_for, positions_held
from roles.selectors.powers import (
    binding,
    bound_positions,
    in_force,
    mandate_covers,
    mandate_register,
    rule_in_force,
    rules_in_force,
)
from roles.selectors.sight import Scope, scopes

__all__ = [
    "SEAT", "DoubleSeat", "Hat", "Offer", "Scope", "acted_as", "binding", "bound_positions", "career", "chair",
    "double_seats", "hats", "hats_for", "holders", "in_force", "mandate_covers", "mandate_register", "members",
    "participants", "positions_held", "recused", "rule_in_force", "rules_in_force", "scopes", "seating",
    "substitutions",
]  # fmt: skip
