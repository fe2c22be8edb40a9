"""Mijn taken: what waits for whom is signed in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from workflows.pages.frame import visitor
from workflows.selectors import inbox


@require_safe
def my_tasks(request: HttpRequest) -> HttpResponse:
    me = visitor(request)
    rows, total = inbox.tasks(me.user.pk, me.hats, me.scopes, inbox.Wish())
    return render(request, "lists/my_tasks.html", {"rows": rows, "total": total})
