"""The steps of a procurement, by the part of the process that they are in."""

from collections.abc import Callable

from workflows.tasks.procurement import assessing, awarding, market, preparing

CHANGES: dict[str, Callable[..., None]] = {
    **preparing.CHANGES,
    **market.CHANGES,
    **assessing.CHANGES,
    **awarding.CHANGES,
}

# What a body's decision changes, once its chair confirmed it.
DECISIONS: dict[str, Callable[..., None]] = {**awarding.DECISIONS}
