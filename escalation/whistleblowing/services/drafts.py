"""A report while it is written: it lives in the page in the browser, and nowhere here.

What the browser holds is signed, so that nobody gives themselves another receipt or a file that is not theirs. The
receipt is drawn with the first preview: who sends the same page twice, because the answer got lost, hears the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core import signing

from escalation.whistleblowing import files
from escalation.whistleblowing.files import Enclosed
from escalation.whistleblowing.rules import vault

SALT = "whistleblowing.draft"
LONGEST = 900_000  # characters; a form takes a little more (`DATA_UPLOAD_MAX_MEMORY_SIZE`)


class Unreadable(Exception):
    """Not a draft of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """`values`: what was filled in. `documents`: what waits to be sent with it. `ready`: it was found right."""

    channel: str
    receipt: str
    values: Mapping[str, Any]
    documents: tuple[Enclosed, ...] = ()
    ready: bool = False

    @classmethod
    def of(cls, channel: str) -> "Draft":
        return cls(channel=channel, receipt=vault.new_receipt(), values={})

    def but(self, *, values: Mapping[str, Any], documents: Sequence[Enclosed], ready: bool) -> "Draft":
        return replace(self, values=values, documents=tuple(documents), ready=ready)

    def signed(self) -> str:
        words = {
            "channel": self.channel, "receipt": self.receipt, "values": dict(self.values),
            "ready": self.ready, "documents": [each.as_words() for each in self.documents],
        }  # fmt: skip
        return signing.dumps(words, salt=SALT, compress=True)

    @classmethod
    def read(cls, signed: str) -> "Draft":
        """Raises Unreadable. Files that waited too long are not in it any more."""
        if len(signed) > LONGEST:
            raise Unreadable
        try:
            words = signing.loads(signed, salt=SALT)
        except signing.BadSignature:
            raise Unreadable from None
        documents = [Enclosed.from_words(each) for each in words.pop("documents")]
        return cls(**words, documents=tuple(each for each in documents if files.waits(each)))
