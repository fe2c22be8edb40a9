"""Weergaven: a person keeps a list as they like to see it. A working paper of their own, like a draft: no evidence."""

from django.contrib.auth.models import User
from django.db import transaction

from workflows.models import SavedView

MOST = 20  # of one list


class Full(ValueError):
    """Somebody has as many of this list as may be kept."""


class Taken(ValueError):
    """Somebody has one of this name already."""


@transaction.atomic
def keep(*, user_id: int, of: str, name: str, query: str, start: bool, view_id: int | None = None) -> SavedView:
    """A new one, or another name, content or start for one that is there. One at most is where its list starts."""
    User.objects.select_for_update().get(pk=user_id)
    mine = SavedView.objects.filter(user=user_id, of=of)
    view = mine.get(pk=view_id) if view_id else SavedView(user_id=user_id, of=of)
    others = mine.exclude(pk=view.pk)
    if others.filter(name__iexact=name).exists():
        raise Taken(name)
    if view_id is None and others.count() >= MOST:
        raise Full(of)
    if start:
        for other in others.filter(start=True):
            other.start = False
            other.save(update_fields=["start"])
    view.name, view.query, view.start = name, query, start
    view.save()
    return view


def throw_away(*, user_id: int, view_id: int) -> None:
    SavedView.objects.filter(user=user_id, pk=view_id).delete()
