"""Channel health for people, and the answers for machines that ask whether this console lives."""

from datetime import timedelta
from hmac import compare_digest
from ipaddress import ip_address

from django.conf import settings
from django.contrib.auth.decorators import login_not_required, permission_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from crisis.engine_health import EngineState, engine_state
from monitoring.models import Channel
from reports.channel_health import HOURS, channel_rows
from reports.metrics import metrics_text
from reports.missing_facts import missing_facts
from reports.readiness import readiness

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")


@require_safe
@permission_required("monitoring.view_channel", raise_exception=True)
def show_channel_health(request: HttpRequest) -> HttpResponse:
    engine = engine_state(request.user)
    context = {
        "engine": engine,
        "sweeps": sweeps(engine),
        "channels": channel_rows(timezone.now(), Channel.objects.visible_to(request.user)),
        "hours": HOURS,
        "outbound_allow": settings.OUTBOUND_ALLOW,
        "missing_facts": missing_facts(),
    }
    return render(request, "reports/channel_health.html", context)


def sweeps(engine: EngineState) -> list[tuple[str, timedelta | None]]:
    """How long ago each part of the pager last did its work."""
    parts = {
        _("Calling"): engine.advance_age,
        _("Delivering"): engine.deliver_age,
        _("Nightwatch"): engine.nightwatch_age,
    }
    return [(name, None if age is None else timedelta(seconds=age)) for name, age in parts.items()]


@login_not_required
@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """The process is up; asks nothing and nobody."""
    return JsonResponse({"status": "up"})


@login_not_required
@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    state = readiness()
    body = {"status": "ready" if state.is_ready else "not ready", "reasons": state.reasons, "notes": state.notes}
    return JsonResponse(body, status=200 if state.is_ready else 503)


@login_not_required
@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """With METRICS_TOKEN for whoever sends it; without one for programs on the same machine."""
    if may_scrape(request):
        return HttpResponse(metrics_text(), content_type=CONTENT_TYPE_LATEST)
    headers = {"WWW-Authenticate": "Bearer"} if settings.METRICS_TOKEN else {}
    return HttpResponse(status=401 if settings.METRICS_TOKEN else 403, headers=headers)


def may_scrape(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        said = request.headers.get("Authorization", "")
        return compare_digest(said.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    forwarded = any(name in request.headers for name in FORWARDED)  # then a proxy on this machine speaks for somebody
    return not forwarded and is_loopback(request.META.get("REMOTE_ADDR", ""))


def is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
