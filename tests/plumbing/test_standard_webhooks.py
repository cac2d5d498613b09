"""The signatures agree with the reference library, in both directions, and nothing malformed gets through."""

from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from plumbing.standard_webhooks import (
    MALFORMED,
    MISSING,
    NO_FIT,
    TOO_NEW,
    TOO_OLD,
    SignatureRefused,
    key_of,
    new_secret,
    signed_headers,
    verify,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BODY = '{"text": "Größe 🔥"}'.encode()
FIRST, SECOND = new_secret(), new_secret()


def refusal(headers: dict[str, str], body: bytes = BODY, secrets: tuple[str, ...] = (FIRST,), now=NOW) -> str:
    with pytest.raises(SignatureRefused) as refused:
        verify(headers, body, secrets, now)
    return refused.value.reason


def test_the_reference_library_believes_what_we_sign_and_we_what_it_signs():
    now = datetime.now(UTC)
    for secret in (FIRST, SECOND):
        assert Webhook(secret).verify(BODY, signed_headers("msg_1", BODY, [SECOND, FIRST], now)) == {"text": "Größe 🔥"}
    theirs = {"webhook-id": "msg_1", "webhook-timestamp": str(int(now.timestamp()))}
    theirs["webhook-signature"] = Webhook(SECOND).sign("msg_1", now, BODY.decode())
    assert verify(theirs, BODY, [FIRST, SECOND], now).place == 1


def test_one_of_several_signatures_and_one_of_several_secrets_are_enough():
    headers = signed_headers("msg_1", BODY, [new_secret(), SECOND], NOW)
    headers["webhook-signature"] = "v1a,abc v2,x v1, " + headers["webhook-signature"]
    assert verify(headers, BODY, [FIRST, SECOND], NOW).message_id == "msg_1"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"webhook-id": ""}, MISSING),
        ({"webhook-timestamp": ""}, MISSING),
        ({"webhook-signature": ""}, MISSING),
        ({"webhook-id": "other"}, NO_FIT),
        ({"webhook-id": "x" * 201}, MALFORMED),
        ({"webhook-timestamp": "yesterday"}, MALFORMED),
        ({"webhook-timestamp": "1e9"}, MALFORMED),
        ({"webhook-timestamp": "٣"}, MALFORMED),
        ({"webhook-timestamp": "9" * 30}, MALFORMED),
        ({"webhook-timestamp": "99999999999"}, TOO_NEW),
        ({"webhook-timestamp": "0"}, TOO_OLD),
        ({"webhook-timestamp": str(int(NOW.timestamp()) - 1)}, NO_FIT),
        ({"webhook-signature": "v1"}, NO_FIT),
        ({"webhook-signature": "v1,"}, NO_FIT),
        ({"webhook-signature": "v1,%%%"}, NO_FIT),
        ({"webhook-signature": "v1,é"}, NO_FIT),
        ({"webhook-signature": ",,, v1,a,b"}, NO_FIT),
    ],
)
def test_what_is_malformed_is_refused_with_its_reason(change, reason):
    assert refusal(signed_headers("msg_1", BODY, [FIRST], NOW) | change) == reason


def test_no_secret_another_secret_and_another_body_do_not_fit():
    headers = signed_headers("msg_1", BODY, [FIRST], NOW)
    assert refusal(headers, secrets=()) == NO_FIT
    assert refusal(headers, secrets=(SECOND,)) == NO_FIT
    assert refusal(headers, body=BODY + b" ") == NO_FIT


def test_five_minutes_either_way_are_tolerated():
    headers = signed_headers("msg_1", BODY, [FIRST], NOW)
    for seconds in (-300, 300):
        assert verify(headers, BODY, [FIRST], NOW + timedelta(seconds=seconds))
    assert refusal(headers, now=NOW + timedelta(seconds=301)) == TOO_OLD
    assert refusal(headers, now=NOW - timedelta(seconds=301)) == TOO_NEW


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_%%%", "whsec_c2hvcnQ=", "whsec_" + "QUFB" * 30, "whsec_é"])
def test_a_secret_is_base64_of_24_to_64_bytes(secret):
    with pytest.raises(ValueError):
        key_of(secret)
