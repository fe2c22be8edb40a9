"""How far a verification is: a bar for who waits at a terminal, a line for each thing that was looked at."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import TextIO

WIDTH = 30
EVERY = 0.1  # seconds between two drawings


@dataclass
class Progress:
    """Says nothing, unless told where."""

    say: Callable[[str], object] = lambda line: None
    bar: TextIO | None = None
    _drawn: float = 0.0

    def reach(self, label: str, done: int, total: int) -> None:
        if self.bar is None or monotonic() - self._drawn < EVERY:
            return
        self._drawn = monotonic()
        share = min(1.0, done / total) if total else 1.0
        self.bar.write(f"\r{label:<24} {'█' * round(share * WIDTH):░<{WIDTH}} {share:4.0%}")
        self.bar.flush()

    def end(self, line: str) -> None:
        if self.bar is not None:
            self.bar.write("\r\x1b[K")
            self.bar.flush()
        self.say(line)
