"""Meetings of bodies (domain §4, §5.7): convened, recorded once for the whole agenda, their decision list confirmed.

A meeting has a chain of its own; what it decides in a case is a move of that case. Both share one correlation.
"""

from workflows.meetings.agenda import (
    add_paper,
    arrange,
    cancel,
    change,
    convene,
    put_on_agenda,
    put_point,
    remove,
    set_item,
)
from workflows.meetings.record import Failure, Treatment, confirm_list, record, return_list
from workflows.meetings.sitting import presider, secretaries
from workflows.meetings.urgency import decide_urgently, lapse, may_decide

__all__ = [
    "Failure", "Treatment", "add_paper", "arrange", "cancel", "change", "confirm_list", "convene", "decide_urgently",
    "lapse", "may_decide", "presider", "put_on_agenda", "put_point", "record", "remove", "return_list", "secretaries",
    "set_item",
]  # fmt: skip
