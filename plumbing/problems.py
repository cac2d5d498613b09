"""Errors as RFC 9457 `application/problem+json`, with `errors: [{field, reason}]`."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler as rest_exception_handler

from plumbing.problem import Problem
from plumbing.request_log import request_id

CONTENT_TYPE = "application/problem+json"
FOR_PROGRAMS = ("/api/", "/hooks/")


def problem(status: int, title: str, errors: Iterable[Mapping[str, str]] = (), **extra: Any) -> dict[str, Any]:
    """The body of a problem answer. `request_id` is what the log calls the request."""
    body = {"type": "about:blank", "status": status, "title": title, "errors": list(errors), **extra}
    return body | ({"request_id": request_id()} if request_id() else {})


def invalid(details: Any, status: int = 400) -> Problem:
    """For what a serializer refused, to be raised."""
    return Problem(status, _("The request is not valid."), flatten(details))


def exception_handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Django REST framework's hook: turns every expected error into a problem; unexpected ones stay 500s."""
    if isinstance(error, RequestDataTooBig):
        error = Problem(413, _("The request is too large."))
    response = rest_exception_handler(error, context)
    if response is None:
        return None
    response.data = body_for(error, response)
    response.content_type = CONTENT_TYPE
    for name, value in getattr(error, "headers", {}).items():
        response[name] = value
    return response


def body_for(error: Exception, response: Response) -> dict[str, Any]:
    if isinstance(error, Problem):
        return problem(error.status_code, error.title, error.errors, **error.extra)
    if isinstance(error, exceptions.ValidationError):
        return problem(response.status_code, _("The request is not valid."), list(flatten(response.data)))
    if isinstance(error, Http404):
        return problem(404, _("There is nothing here."))
    if isinstance(error, PermissionDenied):
        return problem(403, str(error) or _("You may not do this."))
    reason = str(getattr(error, "detail", error))
    unreadable = [{"field": "", "reason": reason}] if isinstance(error, exceptions.ParseError) else []
    return problem(response.status_code, reason, unreadable)


def flatten(detail: Any, path: str = "") -> Iterable[dict[str, str]]:
    """Yields `{field, reason}` from the nested details of a validation error."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from flatten(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(detail, list):
        for position, inner in enumerate(detail):
            nested = isinstance(inner, Mapping | list)
            yield from flatten(inner, f"{path}[{position}]" if nested else path)
    else:
        yield {"field": path, "reason": str(detail)}


def problem_response(status: int, title: str, errors: Iterable[Mapping[str, str]] = (), **extra: Any) -> JsonResponse:
    """A problem for plain Django views."""
    return JsonResponse(problem(status, title, errors, **extra), status=status, content_type=CONTENT_TYPE)


def refusal(refused: Problem) -> JsonResponse:
    """The answer of a plain Django view in which it was raised."""
    response = problem_response(refused.status_code, refused.title, refused.errors, **refused.extra)
    for name, value in refused.headers.items():
        response[name] = value
    return response


@login_not_required
@csrf_exempt
def unknown_address(request: HttpRequest) -> JsonResponse:
    """For addresses of the API that do not exist: programs get a problem, not a page or a way to sign in."""
    return problem_response(404, _("There is nothing here."))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400, for what fails before a view is reached."""
    if request.path.startswith(FOR_PROGRAMS):
        return problem_response(400, _("The request is not valid."))
    return defaults.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: nobody is told more than that it is our fault."""
    if request.path.startswith(FOR_PROGRAMS):
        return problem_response(500, _("Something went wrong on our side. It has been noted."))
    return defaults.server_error(request)
