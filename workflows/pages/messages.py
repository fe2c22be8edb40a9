"""Berichten: what somebody has to know, as it happened; how soon they want mail of it; and where a mail's proof is."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit import roots
from escalation.models import MailPreference, Message
from escalation.rules.words import NOTICES, Words
from escalation.services import preferences
from roles.models import Person
from workflows.forms.messages import WishForm
from workflows.pages.frame import current_user, visitor
from workflows.pages.listing import Filters, choice, numbered, page_number
from workflows.pages.oversight.index import about
from workflows.selectors import messages as find

PAGE = 25
UNREAD = "nieuw"


class MessageFilters(Filters):
    soort = choice("Soort", "Alle soorten", list(MailPreference.Sort.choices))
    toon = choice("Toon", "Alle berichten", [(UNREAD, "Alleen ongelezen")])


@dataclass(frozen=True, slots=True)
class Row:
    """A message as it stands in the list."""

    message: Message

    @property
    def words(self) -> Words:
        return NOTICES[self.message.notice.template]

    @property
    def what(self) -> str:
        step = self.message.notice.step
        return f"{self.words.title}: {step}" if step else self.words.title

    @property
    def title(self) -> str:
        """Of the case; of one that they may not see, none."""
        notice = self.message.notice
        return "" if notice.template == find.TO_REVIEW or notice.case is None else f"{notice.case.title} · "


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Two queries, however many messages."""
    me, filters = visitor(request), MessageFilters(request.GET)
    asked = filters.asked
    found = find.readable(me.user.pk, me.hats, me.scopes)
    number = page_number(request)
    shown, total = find.listing(
        found, sort=asked.get("soort", ""), unread=asked.get("toon") == UNREAD, page=number, size=PAGE
    )
    return render(request, "messages/list.html", {
        "rows": [Row(message) for message in shown], "total": total, "page": numbered(total, number, PAGE),
        "filters": filters, "unread": me.tally.unread,
    })  # fmt: skip


@require_safe
def message(request: HttpRequest, message_id: int) -> HttpResponse:
    """Leads to what it is about, and is read by that."""
    me = visitor(request)
    readable = find.readable(me.user.pk, me.hats, me.scopes).filter(pk=message_id)
    found = readable.select_related("notice").first()
    if found is None:
        raise Http404
    preferences.mark_read(readable)
    notice = found.notice
    if notice.template == find.TO_REVIEW:
        return redirect("emergencies")
    if notice.case_id is None:
        return redirect("meeting", notice.meeting_id)
    if notice.improvement_id is not None:
        return redirect("improvement", notice.improvement_id)
    if notice.task is not None and NOTICES[notice.template].to_task:
        return redirect("task", notice.case_id, notice.task)
    return redirect("case", notice.case_id)


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    me = visitor(request)
    read = preferences.mark_read(find.readable(me.user.pk, me.hats, me.scopes))
    if read:
        messages.success(request, f"{read} {'bericht' if read == 1 else 'berichten'} als gelezen gemarkeerd.")
    return redirect("messages")


@require_http_methods(["GET", "POST"])
def wishes(request: HttpRequest) -> HttpResponse:
    """How soon somebody wants mail of each sort of message."""
    person = Person.objects.filter(user=current_user(request)).first()
    if person is None:
        raise Http404
    given = request.POST if request.method == "POST" else None
    form = WishForm(given, wishes=preferences.wishes_of(person.pk))
    if form.is_bound and form.is_valid():
        preferences.set_wishes(person_id=person.pk, wishes=form.cleaned_data)
        messages.success(request, "Uw voorkeuren zijn bewaard.")
        return redirect("mail-preferences")
    context: dict[str, Any] = {
        "form": form, "address": current_user(request).email,
        "crumbs": [
            {"label": "Uw account", "url": reverse("mfa_index")}, {"label": "E-mailvoorkeuren", "url": request.path},
        ],
    }  # fmt: skip
    return render(request, "messages/preferences.html", context, status=422 if form.is_bound else 200)


@require_safe
def signed_root(request: HttpRequest, number: int) -> HttpResponse:
    """The root that a mail cites, to compare; it says nothing of what it covers."""
    root = roots.root_of(number)
    if root is None:
        raise Http404
    return render(request, "messages/root.html", {"root": root, "rows": about(root)})
