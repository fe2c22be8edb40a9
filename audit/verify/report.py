"""What a verification says: what is wrong, where, and since when."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

MOST = 10_000  # findings that are kept in words; of a database that is wrong throughout, the rest is counted


@dataclass(frozen=True, slots=True)
class Finding:
    """`what` is for machines, `says` for people; before `since` it cannot have been so."""

    what: str
    where: str
    says: str
    since: datetime | None = None

    def __str__(self) -> str:
        since = f" (sinds {self.since.astimezone(AMSTERDAM):%d-%m-%Y %H:%M:%S} of later)" if self.since else ""
        return f"{self.where}: {self.says}{since}"

    def as_json(self) -> dict[str, str | None]:
        return asdict(self) | {"since": self.since.isoformat() if self.since else None}


@dataclass(slots=True)
class Report:
    """Counts of what was looked at, what was found, and what could not be judged."""

    acts: int = 0
    chains: int = 0
    roots: int = 0
    rows: int = 0
    texts: int = 0
    erased: int = 0
    documents: int = 0
    findings: list[Finding] = field(default_factory=list)
    more: int = 0
    remarks: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.findings

    @property
    def count(self) -> int:
        return len(self.findings) + self.more

    def add(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            if len(self.findings) < MOST:
                self.findings.append(finding)
            else:
                self.more += 1

    def include(self, other: Self) -> None:
        """What another part of the same verification looked at, and what it found."""
        for name in ("acts", "chains", "roots", "rows", "texts", "erased", "documents", "more"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.add(other.findings)
        self.remarks += other.remarks

    def as_json(self) -> dict[str, Any]:
        return {
            "ok": self.ok,
            "acts": self.acts,
            "chains": self.chains,
            "roots": self.roots,
            "rows": self.rows,
            "texts": self.texts,
            "erased": self.erased,
            "documents": self.documents,
            "count": self.count,
            "findings": [finding.as_json() for finding in self.findings],
            "remarks": self.remarks,
        }
