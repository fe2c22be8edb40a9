"""How much room words take, near enough to lay out a picture that a browser will set in Source Sans 3."""

from dataclasses import dataclass

NARROW, WIDE = frozenset("ijltfr.,:;'|!() -"), frozenset("mwMW@%&")


@dataclass(frozen=True, slots=True)
class Letters:
    """A size of type, in pixels."""

    size: float
    leading: float = 1.15

    def width(self, lines: tuple[str, ...]) -> float:
        """Of the longest line, a little generous."""
        return max(sum(_width(letter) for letter in line) for line in lines) * self.size

    def height(self, lines: tuple[str, ...]) -> float:
        return len(lines) * self.size * self.leading


LABEL, OUTCOME, LANE = Letters(14.0), Letters(13.0), Letters(14.0)


def wrap(text: str, room: float, letters: Letters) -> tuple[str, ...]:
    """Lines that fit; a word that does not fit by itself sticks out."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and letters.width((longer,)) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return tuple(lines)


def _width(letter: str) -> float:
    if letter in NARROW:
        return 0.29
    if letter in WIDE:
        return 0.82
    return 0.62 if letter.isupper() else 0.51
