"""The flows, one a file. Each version of a flow stays a module of its own for as long as cases run on it."""

from typing import Any

from workflows.flows.commissioning import CommissioningFlow

ALL: list[Any] = [CommissioningFlow]
