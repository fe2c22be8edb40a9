"""Papers (PDF) from data: a typst template each, in this folder. Nothing is fetched; what users wrote stays text."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

HERE = Path(__file__).resolve().parent
NOWHERE = HERE / "packages"  # there are none: a template cannot reach for any, on this machine or another


def render(template: str, data: Mapping[str, Any], *, made_at: datetime) -> bytes:
    """The paper; the same bytes for the same data and moment.

    Fit to keep (PDF/A-2a) and to be read out (PDF/UA-1): typst refuses what does not comply. The data goes
    in as JSON (dates as ISO) and is read back as values, so that no word in it is ever typst code. `house.typ` has
    what templates share.
    """
    paper = typst.compile(
        HERE / f"{template}.typ", root=HERE, format="pdf", pdf_standards=["a-2a", "ua-1"],
        sys_inputs={"data": json.dumps(data, default=_plain, ensure_ascii=False)},
        timestamp=made_at.astimezone(UTC).replace(microsecond=0), ignore_system_fonts=True,
        package_path=NOWHERE, package_cache_path=NOWHERE,
    )  # fmt: skip
    assert isinstance(paper, bytes)
    return paper


def _plain(value: Any) -> str:
    """A date as ISO, an amount as its digits, whatever else as it names itself."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
