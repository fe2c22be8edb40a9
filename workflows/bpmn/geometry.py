"""Boxes and points, in pixels from the top left."""

from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def middle(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2

    def side(self, name: str) -> Point:
        """The middle of one of the four sides, where lines leave and arrive."""
        x, y = self.middle
        return {"left": (self.x, y), "right": (self.right, y), "top": (x, self.y), "bottom": (x, self.bottom)}[name]

    def overlap(self, other: "Box") -> float:
        """The area that they share."""
        across = min(self.right, other.right) - max(self.x, other.x)
        down = min(self.bottom, other.bottom) - max(self.y, other.y)
        return max(across, 0.0) * max(down, 0.0)


@dataclass(frozen=True, slots=True)
class Label:
    lines: tuple[str, ...]
    box: Box

    def moved_down(self, distance: float) -> "Label":
        box = self.box
        return Label(self.lines, Box(box.x, box.y + distance, box.width, box.height))
