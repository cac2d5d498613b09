"""The page of what the API can do says what the description says."""

import pytest
from django.utils.translation import override

from accounts.api_schema import described
from accounts.reference import groups, with_code


def test_every_call_stands_on_the_page_with_its_command_and_its_refusals(client, sam):
    client.force_login(sam)
    page = client.get("/api/docs/").content.decode()
    for path, methods in described("en")["paths"].items():
        assert f"<code>{path}</code>" in page
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in page
            assert f'id="curl-{operation["operationId"]}"' in page
    assert "author.handle" in page
    assert "Retry-After" in page


@pytest.mark.django_db
def test_a_visitor_signs_in_first(client):
    assert client.get("/api/docs/").headers["Location"].startswith("/accounts/login/")


def test_it_speaks_german():
    with override("de"):
        calls = [call for _slug, _title, calls in groups("de") for call in calls]
    assert "Über eine Erwähnung entscheiden" in [call.summary for call in calls]


def test_every_call_belongs_to_a_group():
    shown = sum(len(calls) for _slug, _title, calls in groups("en"))
    assert shown == sum(len(methods) for methods in described("en")["paths"].values())


def test_text_becomes_code_and_never_markup():
    assert with_code("`<b>` & <i>") == "<code>&lt;b&gt;</code> &amp; &lt;i&gt;"
