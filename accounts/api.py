"""A fresh token for the live stream, whose first one stands in the page of whoever may read."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_auth import HasScope
from accounts.api_view import ApiView
from accounts.scopes import Scope
from plumbing.live import live_token as token_for
from plumbing.shapes import Shape

READ_RIGHTS = ("triage.view_triage", "crisis.view_escalation")


class LiveTokenShape(Shape):
    token = serializers.CharField()


class MayRead(BasePermission):
    """The stream tells what changes, so it is for those who may see some of it; templates/base.html asks the same."""

    def has_permission(self, request: Request, view: object) -> bool:
        return any(request.user.has_perm(right) for right in READ_RIGHTS)


class LiveToken(ApiView):
    """`POST /api/v1/live-token/`."""

    permission_classes = [HasScope, MayRead]
    scope_by_method = {"POST": Scope.READ}

    @extend_schema(
        operation_id="live_token",
        summary=_("A token for the live stream"),
        description=_(
            "Good for 60 seconds to connect to `GET /live/?token=…`: server-sent events `{type, id, rev}`, one for "
            "each change that the person may see, for 15 minutes. Then ask for a token again."
        ),
        tags=["live"],
        request=None,
        responses={200: LiveTokenShape},
    )
    def post(self, request: Request) -> Response:
        return Response({"token": token_for(request.user.pk)})
