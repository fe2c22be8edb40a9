"""An export on its way: a plan, numbered parts of so many cases, and in the end one file.

Each part is whole as soon as it is there (written under another name, synced, renamed), so whatever kills this, the
next run begins at the first part that is not there. What leaves the house is settled in the plan: which cases, in
which order, asked when and by whom, under which root. What each case says is of the moment that its part is read, by
the rights of that moment.
"""

import gc
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Self

from audit import roots
from audit.services import looked
from workflows.exporting.format import About, Format, Rooted
from workflows.exporting.formats import FORMATS
from workflows.exporting.record import Reader, Record, read

PLAN = "plan.json"
LEFT_OUT = ".weggelaten"  # behind the name of a part: how many of its cases the reader could not see any more
Progress = Callable[[int, int], None]  # so many of so many cases


class Unseen(Exception):
    """Whoever asked can see none of the cases any more: there is nothing to make a file of."""


class Other(ValueError):
    """What lies here half-way was another question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`question`: what was asked for, to know it by when it is asked again."""

    format: str
    question: str
    case_ids: tuple[int, ...]
    asked_at: datetime
    asked_by: str
    scheme: str
    what: str
    in_part: int
    root: int | None = None

    @classmethod
    def load(cls, path: Path) -> Self:
        values = json.loads(path.read_bytes())
        asked_at = datetime.fromisoformat(values.pop("asked_at"))
        return cls(**{**values, "case_ids": tuple(values["case_ids"]), "asked_at": asked_at})

    def dump(self) -> bytes:
        return json.dumps({**asdict(self), "asked_at": self.asked_at.isoformat()}, ensure_ascii=False).encode()

    @property
    def kind(self) -> Format:
        return FORMATS[self.format]

    @property
    def parts(self) -> int:
        return -(-len(self.case_ids) // self.in_part)

    def cases_of(self, part: int) -> tuple[int, ...]:
        return self.case_ids[(part - 1) * self.in_part : part * self.in_part]

    def about(self) -> About:
        """Reads the file of roots once, where the format cites one."""
        places = {number: place for place, number in enumerate(self.case_ids, start=1)}
        return About(
            asked_at=self.asked_at, asked_by=self.asked_by, scheme=self.scheme, what=self.what, places=places,
            root=_rooted(self.root) if self.kind.cites_root else None,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Work:
    """Where one export lies while it is made."""

    folder: Path

    @property
    def plan(self) -> Plan | None:
        path = self.folder / PLAN
        return Plan.load(path) if path.exists() else None

    def answering(self, question: str) -> Plan | None:
        """The plan that is there, if it answers this. Raises Other where it answers something else."""
        known = self.plan
        if known is not None and known.question != question:
            raise Other(known.what)
        return known

    def begin(self, plan: Plan) -> Plan:
        """Under this plan; nothing where it is there already."""
        if not (self.folder / PLAN).exists():
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with _whole(self.folder / PLAN) as out:
                out.write(plan.dump())
        return plan

    def part(self, number: int) -> Path:
        return self.folder / f"deel-{number:05}"

    def done(self, plan: Plan) -> int:
        """How many cases are in parts that are there."""
        there = sum(self.part(number).exists() for number in range(1, plan.parts + 1))
        return min(there * plan.in_part, len(plan.case_ids))

    def carry_on(self, plan: Plan, target: Path, *, reader: Reader, told: Progress) -> None:
        """To the end, from wherever it is. `told` may raise, to stop it; the parts stay. Raises Unseen."""
        with _program_set_aside():
            about, done = plan.about(), self.done(plan)
            for number in range(1, plan.parts + 1):
                if not self.part(number).exists():
                    told(done, len(plan.case_ids))
                    self._make(plan, number, reader, about)
                    done = min(done + plan.in_part, len(plan.case_ids))
            told(len(plan.case_ids), len(plan.case_ids))
            if self.left_out == len(plan.case_ids):
                raise Unseen
            with _whole(target) as out:
                plan.kind.join([self.part(number) for number in range(1, plan.parts + 1)], out, about)

    def _make(self, plan: Plan, number: int, reader: Reader, about: About) -> None:
        """What was left out is noted before the part is there."""
        there = [0]
        ids = plan.cases_of(number)
        records = _counted(_traced(read(ids, reader=reader), plan.kind, reader), there)
        with _whole(self.part(number)) as out:
            plan.kind.write(records, out, about)
            if missing := len(ids) - there[0]:
                self.part(number).with_suffix(LEFT_OUT).write_text(str(missing))

    @property
    def left_out(self) -> int:
        """How many cases are in none of the parts."""
        return sum(int(path.read_text()) for path in self.folder.glob(f"*{LEFT_OUT}"))

    def clear(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def rooted_now(plan: Plan) -> Plan:
    """Citing the last root that was signed."""
    last = roots.last_root()
    return replace(plan, root=last.number if last else None)


def _rooted(number: int | None) -> Rooted | None:
    if number is None:
        return None
    replay = roots.as_of(number)
    if replay.last is None:
        return None
    last = replay.last
    return Rooted(number=last.number, at=datetime.fromisoformat(last.at), root=last.root, key=last.key, replay=replay)


def _traced(records: Iterable[Record], kind: Format, reader: Reader) -> Iterator[Record]:
    """Reading what is confidential leaves a trace: of each document whose bytes go along, or else of the case. Of an
    auditor every case does."""
    for record in records:
        traced = [document for document in record.documents if document.traced]
        if kind.carries_documents:
            for document in traced:
                for version in document.versions:
                    subject = f"document/{document.id}/{version.number}"
                    looked(chain=record.chain, actor=reader.actor, subject=subject)
        if reader.supervises or record.confidential or (traced and not kind.carries_documents):
            looked(chain=record.chain, actor=reader.actor, subject=f"export/{kind.code}")
        yield record


def _counted(records: Iterable[Record], there: list[int]) -> Iterator[Record]:
    for record in records:
        there[0] += 1
        yield record


@contextmanager
def _program_set_aside() -> Iterator[None]:
    """What was there before this began is the program, and no garbage: looking through all of that again every few
    hundred cases took two fifths of the time. Where somebody else set it aside, it stays so.
    """
    ours = gc.get_freeze_count() == 0
    if ours:
        gc.freeze()
    try:
        yield
    finally:
        if ours:
            gc.unfreeze()


@contextmanager
def _whole(path: Path) -> Iterator[BinaryIO]:
    """There as a whole, also after a power cut, or not at all."""
    unfinished = path.with_name(f".{path.name}.tmp")
    with unfinished.open("w+b") as out:
        yield out
        out.flush()
        os.fsync(out.fileno())
    unfinished.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
