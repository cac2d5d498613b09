"""What one process counted holds in every other: forgotten passwords, wrong codes and guessed invitations."""

import os
import subprocess
import sys

import pytest
from django.core.cache import cache
from django.test import Client

from tests.accounts.signing_in import PASSWORD, code, give_app, sign_in, signed_in
from tests.make import make_user

ELSEWHERE = f"""
import sys, django; django.setup()
from django.conf import settings
from django.test import Client
settings.ALLOWED_HOSTS = ["testserver"]
settings.DATABASES["default"]["NAME"] = sys.argv[1]
for number in range(3):
    Client(REMOTE_ADDR=f"203.0.113.{{number}}").post("/accounts/password/forgotten/", {{"email": "maya@example.test"}})
browser = Client(REMOTE_ADDR="203.0.113.7")
browser.post("/accounts/login/", {{"login": "maya", "password": {PASSWORD!r}}})
for guess in range(5):
    browser.post("/accounts/second-factors/code/", {{"code": f"00000{{guess}}"}})
for guess in range(20):
    Client(REMOTE_ADDR="203.0.113.8").post(f"/invitation/guess-{{guess}}/")
"""


@pytest.mark.django_db(transaction=True)
def test_what_one_process_counted_holds_in_every_other(settings):
    cache.clear()
    give_app(make_user("maya", email="maya@example.test"))
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    database = settings.DATABASES["default"]["NAME"]
    subprocess.run([sys.executable, "-c", ELSEWHERE, database], check=True, env=environment)

    assert Client().post("/accounts/password/forgotten/", {"email": "MAYA@example.test"}).status_code == 429
    browser = Client(REMOTE_ADDR="203.0.113.99")
    assert sign_in("maya", client=browser).status_code == 302, "the password is right, and nobody guessed at it"
    browser.post("/accounts/second-factors/code/", {"code": code()})
    assert not signed_in(browser)
    assert Client(REMOTE_ADDR="203.0.113.8").post("/invitation/another-guess/").status_code == 429
    cache.clear()
