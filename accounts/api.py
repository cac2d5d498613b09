"""A fresh token for the live stream, whose first one stands in the page."""

from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from plumbing.live import live_token as token_for


@api_view(["POST"])
@permission_classes([IsAuthenticated])
def live_token(request: Request) -> Response:
    return Response({"token": token_for(request.user.pk)})
