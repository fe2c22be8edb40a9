"""Many examples of one rule: the default run asks some, a thorough one all."""

from collections.abc import Iterable
from typing import Any

import pytest

THOROUGH = (pytest.mark.thorough,)


def one_in(number: int, examples: Iterable[Any]) -> list[Any]:
    """For `pytest.mark.parametrize`: spread over the examples, the first among them."""
    return [
        pytest.param(*(each if isinstance(each, tuple) else (each,)), marks=() if turn % number == 0 else THOROUGH)
        for turn, each in enumerate(examples)
    ]
