"""A token opens what its scopes name, and never more than its owner may."""

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.api_auth import HasScope
from accounts.api_schema import Description
from accounts.api_view import ApiView
from accounts.models import User
from accounts.scopes import Scope
from accounts.tokens import issue_token
from tests.crisis.make import make_escalation

pytestmark = pytest.mark.django_db
API = "/api/v1/"
CALLS = {  # each with what it needs
    ("get", "mentions/"): Scope.READ,
    ("get", "mentions/1/"): Scope.READ,
    ("get", "escalations/"): Scope.READ,
    ("get", "channels/"): Scope.READ,
    ("post", "live-token/"): Scope.READ,
    ("post", "mentions/"): Scope.MENTIONS_WRITE,
    ("post", "mentions/1/decision/"): Scope.TRIAGE_WRITE,
    ("post", "mentions/1/reply/"): Scope.TRIAGE_WRITE,
    ("post", "escalations/1/acknowledge/"): Scope.ESCALATIONS_WRITE,
    ("post", "escalations/1/resolve/"): Scope.ESCALATIONS_WRITE,
    ("post", "escalations/1/cancel/"): Scope.ESCALATIONS_WRITE,
}


def call(person: User, scopes, method: str, path: str):
    _row, token = issue_token(person, "tests", scopes=scopes)
    send = getattr(Client(), method)
    return send(API + path, headers={"authorization": f"Bearer {token}"}, content_type="application/json")


@pytest.mark.parametrize("scope", Scope)
def test_a_token_opens_what_its_scope_names_and_nothing_else(pedro, scope):
    for (method, path), needed in CALLS.items():
        answer = call(pedro, [scope], method, path)
        if scope == needed:
            assert answer.status_code != 403, path
            continue
        assert answer.status_code == 403, path
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["missing_scope"] == needed
        assert needed in answer.json()["title"]


def test_a_scope_gives_nobody_more_than_they_may(sam, lea):
    everything = list(Scope)
    assert call(sam, everything, "get", "mentions/").status_code == 403
    assert call(lea, everything, "post", "mentions/1/decision/").status_code == 403
    assert "missing_scope" not in call(lea, everything, "post", "mentions/").json()


def test_a_token_without_a_scope_opens_nothing(pedro):
    assert {call(pedro, [], method, path).status_code for method, path in CALLS} == {403}


def test_whom_it_called_still_needs_the_scope(groups, lea):
    escalation = make_escalation()
    answer = call(lea, [Scope.READ], "post", f"escalations/{escalation.pk}/acknowledge/")
    assert answer.json()["missing_scope"] == "escalations:write"


def test_head_asks_for_what_get_asks_for(pedro):
    assert call(pedro, [Scope.READ], "head", "channels/").status_code == 200
    assert call(pedro, [Scope.MENTIONS_WRITE], "head", "channels/").status_code == 403


def test_a_browser_has_no_scopes_but_its_person(client, pedro):
    client.force_login(pedro)
    assert client.get(API + "channels/").status_code == 200


def api_views(resolver: URLResolver, path: str = ""):
    for entry in resolver.url_patterns:
        here = path + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from api_views(entry, here)
        elif isinstance(entry, URLPattern) and hasattr(entry.callback, "cls") and here.startswith("api/"):
            yield entry.callback.cls


def test_every_view_of_the_api_names_a_scope_for_each_of_its_methods():
    views = set(api_views(get_resolver())) - {Description}  # which any token may read
    assert len(views) >= len({path for _method, path in CALLS})
    for view in views:
        methods = {name.upper() for name in ("get", "post", "put", "patch", "delete") if hasattr(view, name)}
        assert issubclass(view, ApiView)
        assert HasScope in view.permission_classes, view
        assert methods <= view.scope_by_method.keys(), view
