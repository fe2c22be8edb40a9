import pytest


@pytest.fixture
def races(request: pytest.FixtureRequest) -> int:
    """How often a race is run."""
    number: int = request.config.getoption("--races")
    return number
