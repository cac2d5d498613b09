"""Whoever tries addresses, names, links, passkeys or tokens learns not who has an account here.

Passwords, forgotten passwords and invitations: test_sign_in.py, test_forgotten_password.py, test_invitations.py.
"""

import json
import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.tokens import issue_token
from tests.accounts.signing_in import LOGIN, body, give_app, sign_in, signed_in
from tests.make import make_user

pytestmark = pytest.mark.django_db
PASSKEY = reverse("mfa_login_webauthn")


def page(answer, name: str) -> tuple[int, str]:
    """The status, and what stands on the page but for the name that was typed."""
    return answer.status_code, body(answer).partition("<main")[2].replace(name, "NAME")


@pytest.mark.parametrize("fields", [{"is_active": False}, {"password": "!"}, {"is_superuser": True}, {}])
def test_whoever_has_an_account_of_any_kind_looks_like_whoever_has_none(fields):
    person = make_user("maya")
    for name, value in fields.items():
        setattr(person, name, value)
    person.save()
    give_app(person)
    for known, unknown in (("maya", "nobody"), ("maya@example.test", "nobody@example.test")):
        assert page(sign_in(known, "wrong", Client()), known) == page(sign_in(unknown, "wrong", Client()), unknown)


def challenge(client: Client, **query: str) -> dict:
    """What a browser is asked for, without what is random."""
    answer = client.get(PASSKEY, query, headers={"accept": "application/json"})
    asked = answer.json()["request_options"]["publicKey"]
    assert asked.pop("challenge")
    return asked


def test_the_passkey_page_asks_everybody_for_the_same_and_names_no_key():
    with_passkey = make_user("pedro")
    key = {"name": "key", "credential": {"id": "cGVkcm8"}}
    Authenticator.objects.create(user=with_passkey, type=Authenticator.Type.WEBAUTHN, data=key)
    asked = [challenge(Client(), **query) for query in ({}, {"login": "pedro"}, {"login": "nobody"})]
    assert asked[0] == asked[1] == asked[2]
    assert not asked[0].get("allowCredentials")
    assert "cGVkcm8" not in json.dumps(asked)


def test_a_passkey_of_nobody_and_a_forged_one_of_somebody_are_refused_alike():
    make_user("pedro")
    answers = []
    for handle in ("MQ", "OTk5OTk5"):  # 1 and 999999, as a browser writes them
        client = Client()
        challenge(client)
        credential = {"id": "eA", "rawId": "eA", "type": "public-key", "response": {"userHandle": handle}}
        answer = client.post(PASSKEY, {"credential": json.dumps(credential)}, follow=True)
        assert not signed_in(client)
        answers.append((answer.status_code, answer.redirect_chain, body(answer)))
    assert answers[0] == answers[1]
    assert LOGIN in answers[0][1][-1][0]


def test_a_token_that_never_was_that_is_over_and_whose_owner_left_are_refused_alike(maya):
    over = issue_token(maya, "over", timezone.now() - timedelta(days=1))[1]
    revoked_row, revoked = issue_token(maya, "revoked")
    type(revoked_row).objects.filter(pk=revoked_row.pk).revoke()
    left = issue_token(make_user("otto", is_active=False), "left")[1]
    answers = set()
    for token in ("lst_never", over, revoked, left):
        answer = Client().get("/api/v1/channels/", headers={"authorization": f"Bearer {token}"})
        told = re.sub(r'"request_id": ?"\w+"', "", answer.content.decode())
        answers.add((answer.status_code, told, answer.headers["WWW-Authenticate"]))
    assert len(answers) == 1
    assert next(iter(answers))[0] == 401
