"""Who gets a token for the stream of changes."""

from django.test import Client

from accounts.models import User

TOKEN = "/api/v1/live-token/"
ATTRIBUTE = "data-live-token="


def test_whoever_may_read_gets_a_token_in_the_page_and_a_fresh_one_later(client, lea):
    client.force_login(lea)
    assert ATTRIBUTE in client.get("/me/").content.decode()
    assert client.post(TOKEN).json()["token"]


def test_whoever_may_read_nothing_gets_no_token(client, sam):
    client.force_login(sam)
    assert ATTRIBUTE not in client.get("/me/").content.decode()
    assert client.post(TOKEN).status_code == 403


def test_a_visitor_gets_no_token(db, client):
    assert ATTRIBUTE not in client.get("/accounts/login/").content.decode()
    assert client.post(TOKEN).status_code == 401


def test_a_deactivated_person_gets_no_fresh_token(client: Client, lea):
    client.force_login(lea)
    User.objects.filter(pk=lea.pk).update(is_active=False)
    assert client.post(TOKEN).status_code == 401
