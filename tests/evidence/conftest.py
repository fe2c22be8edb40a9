"""The world of `world.play`, attacked and verified by one superuser in one transaction, which is taken back."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections, transaction

from tests.evidence import world
from tests.evidence.kinds import Kind, attack

Attacked = Callable[[Kind, int], AbstractContextManager[None]]


@pytest.fixture(scope="module")
def played(ground: None) -> None:
    world.play()


@pytest.fixture
def owner(played: None, db: None) -> Iterator[None]:
    """Everything goes as the owner of the tables, also verifying: so that it sees what was not committed."""
    before, connections["default"] = connections["default"], connections["owner"]
    yield
    connections["default"] = before


@pytest.fixture
def attacked(owner: None, tmp_path: Path) -> Attacked:
    """Within it the attack has been made; behind it nothing ever happened."""
    folder, kept = Path(settings.AUDIT_ROOTS).parent, tmp_path / "kept"

    @contextmanager
    def attacking(kind: Kind, seed: int) -> Iterator[None]:
        shutil.copytree(folder, kept)
        try:
            with transaction.atomic():
                attack(kind, seed)
                yield
                transaction.set_rollback(True)
        finally:
            shutil.rmtree(folder)
            shutil.move(kept, folder)

    return attacking
