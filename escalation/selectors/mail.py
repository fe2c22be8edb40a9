"""What became of mail, for who looks after it."""

from django.db.models import Count, Q

from escalation.models import Mail, Message
from roles.models import Scheme

MOST = 100  # on one page; the rest comes when these are gone


def dead_mail(scheme: Scheme) -> list[Mail]:
    """What could not be delivered, the oldest first, each with how many messages are in it. One query."""
    found = Mail.objects.filter(scheme=scheme, state=Mail.State.DEAD).annotate(count=Count("messages"))
    return list(found.select_related("person__name", "person__user").order_by("created_at", "id")[:MOST])


def mail_figures(scheme: Scheme) -> list[tuple[str, str]]:
    """How many letters there are in each state that asks for attention. Two queries."""
    by_state = dict(
        Mail.objects.filter(scheme=scheme).exclude(state=Mail.State.SENT).values_list("state").annotate(Count("pk"))
    )
    unsigned = Message.objects.filter(
        Q(root=None), scheme=scheme, mail=None, mail_at__isnull=False, covers__isnull=False
    ).count()
    return [
        ("Onbestelbaar", str(by_state.get(Mail.State.DEAD, 0))),
        ("Wordt opnieuw geprobeerd", str(by_state.get(Mail.State.FAILED, 0))),
        ("Wacht op verzending", str(by_state.get(Mail.State.QUEUED, 0))),
        ("Wacht op een ondertekende wortel", str(unsigned)),
    ]
