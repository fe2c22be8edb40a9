"""What the people of the example heard: all of it stands in their messages, and the last week of it is new."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User

from escalation.models import Message
from escalation.services.messages import expand
from escalation.services.preferences import mark_read

NEW = timedelta(days=7)
UNREACHABLE = {"soraya", "sabine"}  # without an address, so that there is something to look after


def give_addresses() -> None:
    for user in User.objects.exclude(username__in=UNREACHABLE):
        user.email = f"{user.username}@voorbeeld.example"
        user.save(update_fields=["email"])


def hand_out(now: datetime) -> None:
    """As if the post had gone every day: what is older was read, and mailed."""
    expand()
    old = Message.objects.filter(created_at__lt=now - NEW)
    old.update(mail_at=None)
    mark_read(old)
