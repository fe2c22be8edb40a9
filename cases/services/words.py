"""Free texts go into erasable records of their own; a row only points at them."""

from audit import texts
from audit.models import Text
from cases.models import Case


def write(case: Case, words: str) -> Text:
    """Into the chain of the case."""
    return texts.write(case.chain, words)


def rewrite(case: Case, old: Text | None, words: str) -> Text | None:
    """The same record as long as the words are the same; none for no words."""
    if not words:
        return None
    return old if old is not None and old.content == words else write(case, words)
