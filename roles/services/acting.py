"""How these services say who changes something: somebody with proof of authority, or the system that sets up."""

from contextlib import AbstractContextManager

from audit.services import NO_HAT, SYSTEM, HatLabel, OpenAct, acting
from roles.authorize import Authority, NotAllowed
from roles.rules.verdict import Granted, Verdict


def act(*, chain: str, verb: str, by: Authority | None, duty: str = "") -> AbstractContextManager[OpenAct]:
    if by is None:
        return acting(chain=chain, verb=verb, actor=SYSTEM, hat=NO_HAT, duty=duty)
    return acting(chain=chain, verb=verb, actor=by.actor, user_id=by.user_id, hat=hat_of(by), duty=duty)


def hat_of(by: Authority) -> HatLabel:
    return HatLabel(appointment=by.appointment, capacity=by.capacity, role=by.role_label, behalf_of=by.behalf_of)


def require(verdict: Verdict) -> list[str]:
    """The flags of what was granted; raises `NotAllowed` for the rest."""
    if isinstance(verdict, Granted):
        return list(verdict.flags)
    raise NotAllowed(verdict)
