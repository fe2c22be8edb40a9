"""No address here holds a number, a name or a question: what is asked about goes in the body of a request."""

from django.urls import path

from escalation.whistleblowing.pages import reporter

urlpatterns = [
    path("melden/", reporter.reporter, name="report"),
]
