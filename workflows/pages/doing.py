"""What every page has in common on which somebody does something: ask the service, and say what it answered."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from roles.authorize import NotAllowed
from roles.models import Organisation, Scheme
from roles.selectors import participants
from ui.rows import without_errors
from workflows.engine import Gone, Stale

NEXT_TASK = "next-task"  # a message that leads on to the next of one's tasks (cotton/messages.html)
OK, FORBIDDEN, OVERTAKEN, UNFIT = 200, 403, 409, 422
CONTENDED = {"55P03", "40P01", "40001"}  # the lock of the case did not come in time, a deadlock, a conflict
BUSY = "Iemand anders legt nu iets vast in deze zaak. Wacht even en probeer het opnieuw; uw invoer staat er nog."


def sent(request: HttpRequest) -> Any:
    """What somebody sent in, also where that is nothing at all; None while they only look."""
    return request.POST if request.method == "POST" else None


def attempt(form: forms.Form, do: Callable[[], object]) -> int:
    """Do it; a refusal is put on the form, and the answer is the status of the page that shows it."""
    try:
        do()
    except Gone:
        raise Http404 from None
    except Stale as refusal:
        form.add_error(None, refusal.reason)
        return OVERTAKEN
    except NotAllowed as refusal:
        form.add_error("ground" if refusal.needs_ground and "ground" in form.fields else None, told(refusal))
        return UNFIT
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") not in CONTENDED:
            raise
        form.add_error(None, BUSY)
        return OVERTAKEN
    return OK


def told(refusal: NotAllowed) -> str:
    """The reason, with what it rests on."""
    return f"{refusal.reason} ({refusal.article})" if refusal.article else refusal.reason


def again(request: HttpRequest, template: str, context: dict[str, Any], status: int = OK) -> HttpResponse:
    """The page, once more or for the first time."""
    return render(request, template, context, status=status)


def municipalities(scheme: Scheme) -> list[Organisation]:
    """Who may take part in a commission."""
    return [each for each in participants(scheme) if each.kind == Organisation.Kind.MUNICIPALITY]


def unjudged(*shown: Any) -> None:
    """What somebody is still writing is not wrong yet: forms and rows that say nothing of errors."""
    for part in shown:
        if isinstance(part, forms.BaseFormSet):
            without_errors(*part.forms)
            part._errors = [{} for _ in part.forms]  # type: ignore[attr-defined]
            part._non_form_errors = part.error_class()  # type: ignore[attr-defined]
        else:
            without_errors(part)
