"""Channel health for people, and the answers for machines that ask whether this console lives."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required, permission_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from crisis.engine_health import EngineState, engine_state
from reports.channel_health import HOURS, channel_rows
from reports.missing_facts import missing_facts
from reports.readiness import readiness


@require_safe
@permission_required("monitoring.view_channel", raise_exception=True)
def show_channel_health(request: HttpRequest) -> HttpResponse:
    engine = engine_state()
    context = {
        "engine": engine,
        "sweeps": sweeps(engine),
        "channels": channel_rows(timezone.now()),
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
