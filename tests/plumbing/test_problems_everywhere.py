"""Whatever goes wrong below /api/, a program gets a problem that it can read, never a page."""

import pytest
from django.test import Client

from accounts.api import LiveToken
from accounts.tokens import issue_token

MENTIONS, CHANNELS = "/api/v1/mentions/", "/api/v1/channels/"
LATIN = "application/json; charset=latin-1"


@pytest.fixture
def api(maya) -> Client:
    return Client(raise_request_exception=False, headers={"authorization": f"Bearer {issue_token(maya, 'tests')[1]}"})


def is_problem(answer, status: int) -> bool:
    body = answer.json()
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert {"type", "status", "title", "errors"} <= body.keys()
    assert (body["status"], body["type"]) == (status, "about:blank")
    assert body["title"]
    return True


def test_every_refusal_of_the_frame_is_a_problem(api):
    assert is_problem(api.get("/api/v1/nothing/"), 404)
    assert is_problem(api.get(f"{MENTIONS}999999/"), 404)
    assert is_problem(api.get(CHANNELS.removesuffix("/")), 404)
    assert is_problem(api.delete(CHANNELS), 405)
    assert is_problem(api.options(CHANNELS), 405)
    assert is_problem(api.get(CHANNELS, headers={"accept": "text/html"}), 406)
    assert is_problem(api.post(MENTIONS, "text=hi", content_type="application/x-www-form-urlencoded"), 415)
    assert is_problem(api.post(MENTIONS, [{}] * 1001, content_type="application/json"), 413)
    assert is_problem(Client().get(CHANNELS), 401)
    assert is_problem(api.get(CHANNELS, headers={"host": "elsewhere.example"}), 400)


def test_a_wrong_method_names_the_right_ones(api):
    assert api.delete(CHANNELS).headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b"\xff\xfe", "application/json"),
        (b'{"a": NaN}', "application/json"),
        (b"1" * 5000, "application/json"),
        (b"[" * 100_000, "application/json"),
        (b'"text"', "application/json"),
        (b"null", "application/json"),
        (b"{}", "application/json; charset=hex"),
        (b"{}", "application/json; charset=rot13"),
        (b"{}", "application/json; charset=idna"),
        (b"{}", "application/json; charset=nonsense"),
        (b"{}", 'application/json; charset="'),
    ],
)
def test_a_body_that_is_no_json_is_a_problem(api, body, content_type):
    answer = api.generic("POST", MENTIONS, body, content_type=content_type)
    if answer.status_code == 200:
        assert {row["status"] for row in answer.json()["results"]} == {"rejected"}
        return
    assert is_problem(answer, 400)


@pytest.mark.parametrize(
    "value", ["Bearer", "Bearer  ", "Bearer a b", "Bearer \x00", "Bearer ü", "Basic YTpi", "x" * 9999]
)
def test_a_strange_authorization_is_refused(db, value):
    assert is_problem(Client(raise_request_exception=False).get(CHANNELS, headers={"authorization": value}), 401)


def test_our_own_fault_is_a_problem_without_a_word_of_it(api, monkeypatch):
    def fail(*_args):
        raise RuntimeError("a secret detail")

    monkeypatch.setattr(LiveToken, "post", fail)
    answer = api.post("/api/v1/live-token/")
    assert is_problem(answer, 500)
    assert "secret" not in answer.content.decode()


def test_people_still_get_pages(db):
    page = Client(raise_request_exception=False).get("/accounts/login/", headers={"host": "elsewhere.example"})
    assert (page.status_code, page.headers["Content-Type"]) == (400, "text/html; charset=utf-8")
