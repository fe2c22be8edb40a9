"""What somebody typed, as words to look for. Whatever else it holds (operators, quotes, wildcards) means nothing."""

import re
import unicodedata
from dataclasses import dataclass

LONGEST = 200  # of what was typed, in characters
MOST = 8  # words

# A number of a case, whole or in part, stays whole; anything else falls apart at its signs.
_WORD = re.compile(r"[^\W_]*\d+(?:-\d+)+|[^\W_]+-\d+(?:-\d+)*|[^\W_]+")

PREFIX = 3  # letters that the last word must have to be the beginning of one


@dataclass(frozen=True, slots=True)
class Word:
    """`beginning`: it may go on, because it was the last that was typed."""

    text: str
    beginning: bool = False

    @property
    def is_number(self) -> bool:
        """Looked for as it is, not as a stem."""
        return any(sign.isdigit() for sign in self.text)


def words(typed: str) -> list[Word]:
    """In lower case and without accents, each once, in order."""
    plain = unicodedata.normalize("NFKD", typed[:LONGEST]).casefold()
    found = _WORD.findall("".join(sign for sign in plain if not unicodedata.combining(sign)))
    once = list(dict.fromkeys(found))[:MOST]
    return [Word(text, beginning=_goes_on(text) and text == found[-1]) for text in once]


def _goes_on(text: str) -> bool:
    """Of numbers all begin alike, and two letters say too little."""
    return len(text) >= PREFIX and not any(sign.isdigit() for sign in text)
