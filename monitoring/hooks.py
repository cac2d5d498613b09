"""`POST /hooks/{channel}/`: other programs hand us mentions, signed. Nothing is kept of a request that is not."""

import logging
from collections.abc import Sequence
from hashlib import sha256
from math import ceil
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt

from accounts.throttle import count, counted, neighbourhood
from monitoring.api import result_as_json
from monitoring.channels.protocol import ChannelError
from monitoring.channels.registry import KINDS
from monitoring.ingest import MOST_AT_ONCE
from monitoring.models import Channel
from monitoring.pushed import keep_pushed
from plumbing.problem import Problem, refuse_unknown_length
from plumbing.problems import refusal
from plumbing.standard_webhooks import NO_FIT, SignatureRefused

log = logging.getLogger(__name__)

MOST_BYTES = 5 * 1024 * 1024
PAUSED_FOR = 3600  # seconds until a sender should ask a paused channel again
MOST_REFUSED = 60  # of one address and channel in a minute, over all processes; who signs well is not counted


@csrf_exempt
@login_not_required
def receive(request: HttpRequest, slug: str) -> JsonResponse:
    """202 once it is kept, 200 when this id was kept before; else a problem, and nothing is kept."""
    try:
        return _answer(request, slug)
    except Problem as refused:
        return refusal(refused)


def _answer(request: HttpRequest, slug: str) -> JsonResponse:
    if request.method != "POST":
        raise Problem(405, gettext("Only POST is answered here."), headers={"Allow": "POST"})
    refusals, seconds_left = counted(_caller_of(request, slug))
    if refusals >= MOST_REFUSED:
        raise _too_many(seconds_left)
    body = _body_of(request)
    channel, message_id = _believed(request, slug, body)
    if channel.state == Channel.State.PAUSED:
        raise Problem(503, gettext("This channel is paused."), headers={"Retry-After": str(PAUSED_FOR)})
    raw = _unpacked(request, channel, body)
    rejected = keep_pushed(channel, message_id, raw)
    if rejected is None:
        return JsonResponse({"status": "already received"})
    results = [result_as_json(result) for result in rejected]
    return JsonResponse({"status": "received", "mentions": len(raw), "rejected": results}, status=202)


def _unpacked(request: HttpRequest, channel: Channel, body: bytes) -> Sequence[Any]:
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise Problem(415, gettext("The body must not be compressed."))
    if request.content_type != "application/json":
        raise Problem(415, gettext("The body must be application/json."))
    webhook = KINDS[channel.kind].webhook
    assert webhook is not None, "only kinds with a webhook are believed"
    try:
        raw = webhook.unpack(body)
    except ChannelError as error:
        Channel.objects.filter(pk=channel.pk).update(error=error.reason, error_detail="")
        raise Problem(400, gettext(error.reason)) from error
    if len(raw) > MOST_AT_ONCE:
        raise Problem(413, gettext("At most %d mentions at once.") % MOST_AT_ONCE)
    return raw


def _body_of(request: HttpRequest) -> bytes:
    """The bytes as they were signed; what is too large or of unknown length is refused before it is read."""
    refuse_unknown_length(request.headers)
    length = request.headers.get("Content-Length") or "0"
    if not length.isdecimal() or int(length) > MOST_BYTES:
        raise Problem(413, gettext("The body is too large."))
    return request.body


def _believed(request: HttpRequest, slug: str, body: bytes) -> tuple[Channel, str]:
    """The channel and the id of the message. A channel that does not exist is no other than one with other secrets."""
    kinds = [kind for kind, spec in KINDS.items() if spec.webhook]
    channel = Channel.objects.filter(slug=slug, kind__in=kinds).first()
    secrets = list(channel.signing_secrets.to_receive()) if channel else []
    try:
        webhook = KINDS[channel.kind].webhook if channel else None
        if webhook is None or channel is None:
            raise SignatureRefused(NO_FIT)
        verified = webhook.verify(request.headers, body, [secret.value for secret in secrets], timezone.now())
    except SignatureRefused as refused:
        refusals, seconds_left = count(_caller_of(request, slug))
        log.info("a webhook for %s was refused: %s", slug, refused.reason)
        problem = Problem(401, gettext(refused.reason)) if refusals <= MOST_REFUSED else _too_many(seconds_left)
        raise problem from refused
    secrets[verified.place].note_use()
    return channel, verified.message_id


def _caller_of(request: HttpRequest, slug: str) -> str:
    """As whom refused signatures are counted. Whoever makes up channels gets so many rows of counts and no more."""
    group = sha256(slug.encode()).digest()[0]
    return f"hook {group} {neighbourhood(request.META.get('REMOTE_ADDR', ''))}"


def _too_many(seconds_left: float) -> Problem:
    return Problem(429, gettext("Too many refused requests."), headers={"Retry-After": str(ceil(seconds_left))})
