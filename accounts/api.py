"""A fresh token for the live stream, whose first one stands in the page of whoever may read."""

from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from plumbing.live import live_token as token_for

READ_RIGHTS = ("triage.view_triage", "crisis.view_escalation")


class MayRead(BasePermission):
    """The stream tells what changes, so it is for those who may see some of it; templates/base.html asks the same."""

    def has_permission(self, request: Request, view: object) -> bool:
        return any(request.user.has_perm(right) for right in READ_RIGHTS)


@api_view(["POST"])
@permission_classes([MayRead])
def live_token(request: Request) -> Response:
    return Response({"token": token_for(request.user.pk)})
