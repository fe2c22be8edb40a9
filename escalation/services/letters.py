"""What a letter says: of each message what kind it is and a link, and nothing that only who signs in may read.

It is put together when it is sent, from what its reader may see by then; nothing of it is kept.
"""

from collections.abc import Collection, Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from cases.models import CaseAccess, Document
from escalation.models import Mail, Message
from escalation.rules.words import NOTICES, TRUSTED, about, discreet
from roles.models import Person
from roles.selectors import scopes

WITHOUT = "without"  # the scope of a case that is about who looks
MOST = 40  # of one letter; of more it only says how many


def addresses(people: Collection[int]) -> dict[int, str]:
    """Where these people get their mail; "" where nobody knows."""
    found = dict(Person.objects.filter(pk__in=people).values_list("pk", "user__email"))
    return {person: (found.get(person) or "").strip() for person in people}


def letter(mail: Mail) -> EmailMultiAlternatives | None:
    """As it is to be sent now; None where nothing is left to tell, to nobody where there is no address."""
    user = mail.person.user
    told = _still_to_tell(mail)
    if not told:
        return None
    words = [NOTICES[message.notice.template] for message in told]
    title = words[0].title.lower() if len(told) == 1 else f"{len(told)} berichten"
    context = _context(told)
    composed = EmailMultiAlternatives(
        subject=f"Rolzuiver: {title}",
        body=render_to_string("mail/letter.txt", context),
        to=[user.email.strip()] if user and user.is_active and user.email.strip() else [],
        headers={"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"},
    )
    composed.attach_alternative(render_to_string("mail/letter.html", context), "text/html")
    return composed


def _still_to_tell(mail: Mail) -> list[Message]:
    """Less what its reader may no longer see. Three queries."""
    found = list(mail.messages.select_related("notice__case__subject", "notice__meeting").order_by("created_at", "id"))
    user_id = mail.person.user_id
    seen = scopes(user_id) if user_id else []
    away = {scope.id for scope in seen if scope.on == WITHOUT}
    cases = {message.notice.case_id for message in found if message.notice.case_id} - away
    access = CaseAccess.objects.filter(case__in=cases, scope__in=[f"{scope.on}/{scope.id}" for scope in seen])
    visible: set[int | None] = {None, *access.values_list("case", flat=True)}
    return [message for message in found if message.notice.case_id in visible]


def _context(told: Sequence[Message]) -> dict[str, Any]:
    trusted = _classifications(told)
    roots = {message.root: message.fingerprint for message in told if message.root is not None}
    return {
        "lines": [_line(message, trusted) for message in told[:MOST]],
        "more": max(len(told) - MOST, 0),
        "roots": [
            {"number": number, "fingerprint": fingerprint, "url": link("signed-root", number)}
            for number, fingerprint in sorted(roots.items())
        ],
        "all_url": link("messages"),
        "preferences_url": link("mail-preferences"),
    }  # fmt: skip


def _line(message: Message, trusted: dict[int, set[str]]) -> dict[str, str]:
    notice, case = message.notice, message.notice.case
    silent = case is None or discreet(
        kind=case.kind,
        confidential=case.confidential or case.top.confidential,
        classifications=trusted.get(case.pk, set()) | trusted.get(case.top.pk, set()),
    )
    return {
        "words": NOTICES[notice.template].line,
        "about": about(number=case.number if case else "", step=notice.step, discreet=silent),
        "url": link("message", message.pk),
    }


def _classifications(told: Sequence[Message]) -> dict[int, set[str]]:
    """Which of these cases have documents under trust. One query."""
    cases = [message.notice.case for message in told if message.notice.case]
    found: dict[int, set[str]] = {}
    documents = Document.objects.filter(
        case__in={case.pk for case in cases} | {case.top.pk for case in cases}, classification__in=TRUSTED
    )
    for case, level in documents.values_list("case", "classification"):
        found.setdefault(case, set()).add(level)
    return found


def link(name: str, *args: int) -> str:
    """The page of the product, as somebody outside gets there."""
    return f"{settings.SITE_URL}{reverse(name, args=args)}"
