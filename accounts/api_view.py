"""What every call of the API has in common: rights and scope by method, limits, and an address without surprises."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts.scopes import Scope
from accounts.throttle import ANONYMOUS
from plumbing.problem import refuse_unknown_length
from plumbing.problems import invalid

READ, WRITE = "read", "write"


class ApiView(APIView):
    """Default deny: a method without its right and its scope is refused.

    `query` names what a GET may ask for; what it validated stands in `self.asked`. Anything else in the address is 400.
    """

    permission_by_method: Mapping[str, str] = {}
    scope_by_method: Mapping[str, Scope] = {"GET": Scope.READ}
    rate_by_method: Mapping[str, str] = {}
    query: type[Serializer] | None = None
    asked: Mapping[str, Any] = {}
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]  # OPTIONS describes what the schema does

    def rate_of(self, request: Request) -> str:
        if not request.user.is_authenticated:
            return ANONYMOUS
        return self.rate_by_method.get(request.method or "", READ if request.method in ("GET", "HEAD") else WRITE)

    def perform_authentication(self, request: Request) -> None:
        """Counts every call, also one with a wrong token."""
        try:
            super().perform_authentication(request)
        finally:
            super().check_throttles(request)

    def check_throttles(self, request: Request) -> None:
        """Done already, before anything was refused."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_unknown_length(request.headers)
        self.asked = self.read_query(request)

    def read_query(self, request: Request) -> dict[str, Any]:
        given = request.query_params.dict()  # as a plain mapping an empty value is a value
        query = self.query(data=given) if self.query and request.method in ("GET", "HEAD") else None
        known = query.fields if query else {}
        unknown = {name: [_("There is no such parameter here.")] for name in request.query_params if name not in known}
        twice = {
            name: [_("This is given more than once.")] for name, values in request.query_params.lists() if values[1:]
        }
        wrong = {} if query is None or query.is_valid() else query.errors
        if errors := {**wrong, **twice, **unknown}:
            raise invalid(errors)
        return {} if query is None else dict(query.validated_data)
