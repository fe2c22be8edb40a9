"""Found a regeling with its market and how long it keeps things: what its own file says (fixtures/*.toml)."""

from django.db import transaction

from cases.services.contract_course import adopt_contract_rules
from cases.services.providers import adopt_market
from cases.services.retention import adopt_retention
from roles import setup as roles
from roles.models import Scheme


@transaction.atomic
def set_up(data: roles.Data, *, password: str | None = None) -> Scheme:
    """Everything or nothing; what is there already is left as it is."""
    scheme = roles.set_up(data, password=password)
    adopt_market(scheme=scheme, data=data)
    adopt_contract_rules(scheme=scheme, data=data)
    adopt_retention(scheme=scheme, data=data)
    return scheme
