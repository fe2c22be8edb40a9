import pytest


@pytest.fixture
def races(pytestconfig: pytest.Config, thorough: bool) -> int:
    """How often a race is run."""
    return int(pytestconfig.getoption("--races") or (20 if thorough else 3))
