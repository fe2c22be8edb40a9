import pytest


@pytest.fixture
def races(pytestconfig: pytest.Config, thorough: bool) -> int:
    """How often a race is run."""
    return int(pytestconfig.getoption("--races") or (20 if thorough else 5))


@pytest.fixture
def plays(pytestconfig: pytest.Config, thorough: bool) -> int:
    """How many cases are played at random."""
    return int(pytestconfig.getoption("--plays") or (15 if thorough else 4))
