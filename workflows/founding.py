"""Found a regeling on which the flows can run: what they ask of its bindings is asked when it is set up."""

from collections.abc import Iterable

from django.db import transaction

from cases.models import Domain
from escalation import setup
from roles.models import Scheme, StepBinding
from roles.setup import Data, read
from workflows.flows import ALL
from workflows.nodes import Collective
from workflows.rules.bodies import Bound, Place, advising_and_deciding


class Unsound(ValueError):
    """A regeling that no case could lawfully go through; says what to mend in its data."""


def set_up_fixture(name: str, *, password: str | None = None) -> Scheme:
    return set_up(read(name), password=password)


@transaction.atomic
def set_up(data: Data, *, password: str | None = None) -> Scheme:
    """Everything, or nothing and why."""
    scheme = setup.set_up(data, password=password)
    wrong = faults(StepBinding.objects.filter(scheme=scheme))
    if wrong:
        raise Unsound("\n".join(f"{scheme}: {words}" for words in wrong))
    return scheme


def faults(bindings: Iterable[StepBinding]) -> list[str]:
    """What is wrong with the bindings of one regeling."""
    nodes = [(flow_class, node) for flow_class in ALL for node in flow_class.instance.nodes()]
    asked = {
        Place(flow_class.code, node.name): node for flow_class, node in nodes if isinstance(node, Collective)
    }  # fmt: skip
    bound = [
        Bound(place, str(each.body), each.domain, each.label or str(asked[place].label))
        for each in bindings
        if (place := Place(each.flow, each.step)) in asked and each.body is not None
    ]
    return advising_and_deciding(
        bound,
        advising={place for place, node in asked.items() if node.vote_duty == "advise"},
        deciding={place for place, node in asked.items() if node.vote_duty == "decide"},
        domains=Domain.values,
    )
