"""What is on the disk when the power fails: also the name of a file, which its own fsync says nothing of."""

import os
from pathlib import Path


def settle(folder: Path) -> None:
    """What was made in it, moved into it or taken out of it stays so."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
