"""Folders for servers of a test's own."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def accessible() -> Iterator[Path]:
    """Unlike tmp_path, also for the account that root lends."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="embedded-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def folder() -> Iterator[Path]:
    with accessible() as folder:
        yield folder
