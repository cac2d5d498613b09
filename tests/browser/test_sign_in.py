"""Signing in, with and without scripts, in both languages."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("size", "theme", "language"), [(DESK, "light", "en"), (PHONE, "dark", "de"), ((320, 640), "light", "de")]
)
def test_the_sign_in_page_is_well(size, theme, language, open_page, picture):
    page = open_page("/accounts/login/", size=size, theme=theme, language=language)
    page.watch.assert_well()
    picture(page, f"sign-in-{size[0]}-{theme}-{language}")


def test_a_wrong_password_is_said_and_the_right_one_lets_in(open_page, picture, maya):
    page = open_page("/scene/components/")
    expect(page).to_have_url(re.compile("/accounts/login/"))
    page.get_by_label("User name or e-mail").fill("maya")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.watch.assert_well()
    picture(page, "sign-in-refused")
    page.get_by_label("Password").fill("correct horse battery staple")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Components")).to_be_visible()
