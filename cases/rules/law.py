"""What the law says about who may buy which care alone, as dated data (fixtures/care-forms.toml). Plain Python."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from roles.rules.verdict import Granted, Refused

FILE = Path(__file__).resolve().parent.parent.parent / "fixtures" / "care-forms.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class CareForm:
    """A form of care within one domain. `regional_from`: from this day no municipality buys it alone."""

    code: str
    label: str
    domain: str
    regional_from: date | None = None
    article: str = ""


@cache
def care_forms() -> Mapping[str, CareForm]:
    """By code, in the order of the file."""
    return read(tomllib.loads(FILE.read_text())["care_forms"])


def read(rows: Iterable[Mapping[str, Any]]) -> dict[str, CareForm]:
    """Raises TypeError for a row with a key that means nothing."""
    return {form.code: form for form in (CareForm(**row) for row in rows)}


def label_of(code: str) -> str:
    """What a form of care is called; a code that went out of use speaks for itself."""
    form = care_forms().get(code)
    return form.label if form else code


def may_be_local(code: str, *, start: date, today: date) -> Granted | Refused:
    """May one municipality have this bought for itself alone?

    The later of the wanted start and today decides: what starts under the new law is bought under it, however early
    it was asked; and what was asked for an earlier day, but comes to be judged after it, is too.
    """
    form = care_forms().get(code)
    day = max(start, today)
    if form is None or form.regional_from is None or day < form.regional_from:
        return Granted()
    since = form.regional_from
    return Refused(
        f"{form.label} is sinds {since.day}-{since.month}-{since.year} een taak van de jeugdregio: dien de opdracht "
        "regionaal of bovenregionaal in.",
        form.article,
    )
