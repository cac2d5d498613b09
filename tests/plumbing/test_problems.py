import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client
from django.utils.translation import override
from rest_framework.exceptions import NotAuthenticated, ValidationError

from plumbing.problem import Problem
from plumbing.problems import exception_handler, flatten


def test_a_problem_carries_its_errors_and_extras():
    answer = exception_handler(Problem(409, "Somebody was faster.", winner={"by": "pedro"}), {})

    assert answer.status_code == 409
    assert answer.content_type == "application/problem+json"
    assert answer.data == {
        "type": "about:blank",
        "status": 409,
        "title": "Somebody was faster.",
        "errors": [],
        "winner": {"by": "pedro"},
    }


def test_a_validation_error_names_field_and_reason():
    answer = exception_handler(ValidationError({"author": {"handle": ["Too long."]}, "text": ["Missing."]}), {})

    assert answer.status_code == 400
    assert answer.data["errors"] == [
        {"field": "author.handle", "reason": "Too long."},
        {"field": "text", "reason": "Missing."},
    ]


def test_an_unexpected_error_stays_unexpected():
    assert exception_handler(RuntimeError("bug"), {}) is None


def test_a_refused_visitor_reads_why():
    assert exception_handler(NotAuthenticated(), {}).data["title"]


@pytest.mark.parametrize(
    ("error", "title"),
    [
        (ValidationError({}), "Die Anfrage ist ungültig."),
        (Http404(), "Hier ist nichts."),
        (PermissionDenied(), "Dazu fehlt die Berechtigung."),
    ],
)
def test_a_problem_speaks_the_language_of_its_reader(error, title):
    with override("de"):
        assert exception_handler(error, {}).data["title"] == title


@pytest.mark.parametrize("path", ["/api/", "/api/v1/nothing/", "/api/v1/nothing", "/api/v2/mentions/"])
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_an_unknown_address_of_the_api_is_a_problem_for_anybody(method, path):
    answer = getattr(Client(enforce_csrf_checks=True), method)(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["title"] == "There is nothing here."


@pytest.mark.parametrize(
    ("detail", "expected"),
    [
        (["plain"], [("", "plain")]),
        ([{}, {"url": ["bad"]}], [("[1].url", "bad")]),
        ({"items": [{"text": ["bad"]}]}, [("items[0].text", "bad")]),
    ],
)
def test_nested_details_become_field_paths(detail, expected):
    assert [(error["field"], error["reason"]) for error in flatten(detail)] == expected
