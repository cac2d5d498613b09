"""Pages as the server makes them: their policy, size and number of queries, and the error pages in hard times."""

from gzip import compress

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from tests.browser.story import tell

KILOBYTE = 1024
POLICY = {
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
    "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'", "manifest-src 'self'",
}  # fmt: skip


@pytest.fixture
def told(db):
    return tell()


def test_every_answer_carries_the_strict_policy(client, maya):
    client.force_login(maya)
    for address in ("/inbox/", "/admin/", "/accounts/login/", "/nowhere/"):
        header = client.get(address).headers["Content-Security-Policy"]
        assert {part.strip() for part in header.split(";")} == POLICY, address


def test_the_inbox_stays_within_its_budget(client, maya, told, django_assert_max_num_queries):
    client.force_login(maya)
    client.get("/inbox/")
    with django_assert_max_num_queries(12):
        response = client.get("/inbox/")
    assert len(compress(response.content)) < 12 * KILOBYTE


def test_the_detail_stays_within_its_budget(client, maya, told, django_assert_max_num_queries):
    client.force_login(maya)
    client.get("/inbox/")
    with django_assert_max_num_queries(14):  # ten for the detail, four for who would be called
        response = client.get(f"/m/{told['fire'].pk}/", headers={"HX-Request": "true", "HX-Target": "detail"})
    assert len(compress(response.content)) < 6 * KILOBYTE


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_an_error_page_needs_neither_request_nor_database(name, language):
    with translation.override(language):
        page = render_to_string(f"{name}.html")
    assert "data-reason" in page
    assert f'lang="{language}"' in page


def test_a_refusal_says_which_right_is_missing_in_the_persons_language(client, sam):
    sam.language = "de"
    sam.save()
    client.force_login(sam)
    response = client.get("/inbox/")
    assert response.status_code == 403
    assert "Dafür fehlt das Recht" in response.content.decode()


def test_hostile_text_stays_text(client, maya, told):
    client.force_login(maya)
    page = client.get(f"/m/{told['hostile'].pk}/").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "\u202e" not in page
    assert 'title="RIGHT-TO-LEFT OVERRIDE"' in page


def test_a_page_for_nobody_shows_no_frame(db):
    page = render_to_string("404.html", request=RequestFactory().get("/"))
    assert "mainnav" not in page
