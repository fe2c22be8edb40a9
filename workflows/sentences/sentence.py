"""One line in the history of a case."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """What happened, with the icon and the tone that go with it."""

    title: str
    icon: str
    tone: str = ""
