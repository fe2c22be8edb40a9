"""Whether two heaps are the same, however large, in whatever order they come: in the memory of one number.

What is put in is added up, what is taken out is taken away, and nothing is left if they were the same. What is added up
are hashes (Python's own: SipHash, 64 bits), keyed with bytes that are drawn for each balance and never leave this
process. So nobody can prepare two wrongs that cancel out, and that they do so by chance is one in 2**64 (ADR 39).
"""

from dataclasses import dataclass, field
from secrets import token_bytes


@dataclass(slots=True)
class Balance:
    """The loops that pass millions keep `left` in a variable of their own."""

    key: bytes = field(default_factory=lambda: token_bytes(16))
    left: int = 0
    sound: bool = True  # until something is seen that fits in no heap

    @property
    def even(self) -> bool:
        return self.sound and self.left == 0

    def take(self, what: bytes) -> None:
        self.left -= hash(self.key + what)
