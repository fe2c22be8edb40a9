"""What the people of the example heard: all of it stands in their messages, and the last week of it is new."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.contrib.auth.models import User

from escalation.models import Message
from escalation.services.messages import expand
from escalation.services.preferences import mark_read

NEW = timedelta(days=7)


def give_addresses(*, but: Collection[str]) -> None:
    """To all but these, so that there is something to look after."""
    for user in User.objects.exclude(username__in=but):
        user.email = f"{user.username}@voorbeeld.example"
        user.save(update_fields=["email"])


def hand_out(now: datetime) -> None:
    """As if the post had gone every day: what is older was read, and mailed."""
    expand()
    old = Message.objects.filter(created_at__lt=now - NEW)
    old.update(mail_at=None)
    mark_read(old)
