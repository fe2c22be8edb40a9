"""How far a verification is: a bar for who waits at a terminal, a line for each thing that was looked at."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
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


@dataclass
class Beside(Progress):
    """Of what goes on at the same time: it is told when the first is done, and then as it comes."""

    first: Progress = field(default_factory=Progress)
    _kept: list[str] = field(default_factory=list)
    _turn: bool = False
    _one_at_a_time: Lock = field(default_factory=Lock)

    def reach(self, label: str, done: int, total: int) -> None:
        if self._turn:
            self.first.reach(label, done, total)

    def end(self, line: str) -> None:
        with self._one_at_a_time:
            if self._turn:
                self.first.end(line)
            else:
                self._kept.append(line)

    def take_over(self) -> None:
        with self._one_at_a_time:
            self._turn = True
            for line in self._kept:
                self.first.end(line)
