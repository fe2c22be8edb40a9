"""Drafts of commissions: working papers of one person, kept as they were typed. No case yet, and no evidence."""

from collections.abc import Mapping, Sequence

from audit import clock
from cases.models import Draft
from roles.models import Scheme

MOST_DRAFTS = 20


class TooMany(Exception):
    """Somebody keeps more drafts than anybody writes."""


def keep(*, user_id: int, scheme: Scheme, values: Mapping[str, Sequence[str]], draft_id: int | None = None) -> Draft:
    """A new draft, or one's own one once more."""
    draft = Draft.objects.filter(pk=draft_id, user=user_id).first() if draft_id else None
    if draft is None:
        if Draft.objects.filter(user=user_id).count() >= MOST_DRAFTS:
            raise TooMany
        draft = Draft(user_id=user_id, scheme=scheme)
    draft.values = {name: [value.replace("\0", "") for value in given] for name, given in values.items()}
    draft.changed_at = clock.now()
    draft.save()
    return draft


def discard(*, user_id: int, draft_id: int) -> None:
    """Only one's own; gone is gone."""
    Draft.objects.filter(pk=draft_id, user=user_id).delete()
