"""The product's addresses, and `/scene/NAME/`: the shared components side by side, for eyes and axe."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from config.urls import *  # noqa: F403
from config.urls import urlpatterns


class SampleForm(forms.Form):
    name = forms.CharField(label="Name", help_text="As it stands on the door.")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "First"), ("b", "Second")])
    reason = forms.CharField(label="Reason", widget=forms.Textarea, min_length=10)


def components(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    messages.success(request, "Decided: respond.")
    deadlines = [("normal", 2 * 3600), ("soon", 200), ("over", -754), ("long", 9 * 86400)]
    context = {
        "levels": [("L4", "Critical"), ("L3", "High"), ("L2", "Elevated"), ("L1", "Low"), ("L0", "None")],
        "deadlines": [(name, now + timedelta(seconds=left)) for name, left in deadlines],
        "since": now - timedelta(hours=1),
        "form": SampleForm({"name": "", "kind": "a", "reason": "too short"}),
        "outside": "Ordered a kettle 😡👨‍👩‍👧 – file\u202egpj.exe, pay\u200bpal. #schlecht ❤️ Grüße\nZweite Zeile",
    }
    return render(request, "components.html", context)


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("on purpose, to see the error page")


def missing(request: HttpRequest) -> HttpResponse:
    raise Http404


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


urlpatterns = [
    path("scene/components/", components),
    path("scene/broken/", broken),
    path("scene/missing/", missing),
    path("scene/forbidden/", forbidden),
    *urlpatterns,
]
