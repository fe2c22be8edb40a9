import pytest


@pytest.fixture
def races(request: pytest.FixtureRequest) -> int:
    """How often a race is run."""
    number: int = request.config.getoption("--races")
    return number


@pytest.fixture
def plays(request: pytest.FixtureRequest) -> int:
    """How many cases are played at random."""
    number: int = request.config.getoption("--plays")
    return number
