"""How often one network knocks: counted in the memory of this process, under a number that means nothing outside it.

Nothing of it is written anywhere, and it is gone with the process. Who shares an address, shares the count.
"""

import hashlib
import secrets
from dataclasses import dataclass

from allauth.account.adapter import get_adapter
from django.core.cache import caches
from django.http import HttpRequest

WINDOW = 600  # seconds
_of_this_process = secrets.token_bytes(16)


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of something, from one network in a window."""

    name: str
    most: int


WRONG = Rate("wrong", 20)  # receipts that lead nowhere
SENT = Rate("sent", 100)  # reports


def too_often(request: HttpRequest, rate: Rate) -> bool:
    return int(caches["memory"].get(_who(request, rate), 0)) >= rate.most


def count(request: HttpRequest, rate: Rate) -> None:
    memory, who = caches["memory"], _who(request, rate)
    memory.add(who, 0, WINDOW)
    try:
        memory.incr(who)
    except ValueError:  # it ran out between the two
        memory.add(who, 1, WINDOW)


def _who(request: HttpRequest, rate: Rate) -> str:
    address = str(get_adapter().get_client_ip(request)).encode()
    return f"report:{rate.name}:" + hashlib.blake2b(address, key=_of_this_process).hexdigest()
