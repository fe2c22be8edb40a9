"""No address here holds a number, a name or a question: what is asked about goes in the body of a request."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
