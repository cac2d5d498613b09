"""Signing in, with and without scripts, in both languages."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_the_sign_in_page_is_well(show, maya):
    show("sign-in", "/accounts/login/", at_least=4)


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
