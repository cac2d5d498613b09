"""The mails that were kept instead of sent: shown as text, to those who may, and leading nowhere outside."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from config.demo import kept_mails
from config.demo.people import accounts_file

PUBLIC = "http://testserver"
pytestmark = pytest.mark.skipif(not settings.MAILS_ARE_KEPT, reason="EMAIL_URL names a mail server: no mail is kept")


@pytest.fixture
def folder(settings, tmp_path) -> Path:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    settings.VAR_DIR = tmp_path
    settings.PUBLIC_URL = PUBLIC
    return tmp_path / "mail"


@pytest.fixture
def demo(folder) -> None:
    accounts_file().write_text("[]")


def send(subject: str = "You are called", text: str = "Grüße 🔥", to: str = "pedro@brauhell.example") -> None:
    mail = EmailMultiAlternatives(subject, text, "console@brauhell.example", [to])
    mail.attach_alternative("<script>alert(1)</script>", "text/html")
    mail.send()


def test_a_kept_mail_is_read_back_with_its_umlauts(folder):
    send("Alarm für Sie")
    (mail,) = kept_mails.newest(folder)
    assert (mail.subject, mail.to, mail.text.strip()) == ("Alarm für Sie", "pedro@brauhell.example", "Grüße 🔥")


def test_several_mails_of_one_connection_are_told_apart(folder):
    connection = get_connection()
    connection.open()
    for number in range(3):
        EmailMultiAlternatives(f"Mail {number}", "text", "a@x.example", ["b@x.example"], connection=connection).send()
    connection.close()
    assert [mail.subject for mail in kept_mails.newest(folder)] == ["Mail 2", "Mail 1", "Mail 0"]
    assert [mail.number for mail in kept_mails.newest(folder)] == [2, 1, 0]


def test_no_folder_is_no_mail(tmp_path):
    assert kept_mails.newest(tmp_path / "none") == []


def test_a_file_that_is_no_mail_breaks_nothing(folder):
    folder.mkdir()
    (folder / "20261122-120000-1.log").write_bytes(b"\xff\xfe\x00 nonsense\n" + b"-" * 79 + b"\n")
    (folder / "other.log").write_text("not ours")
    assert [mail.text.strip() for mail in kept_mails.newest(folder)] != []


@pytest.mark.parametrize("name", ["../demo-accounts.json", "x.log", "20261122-120000-1.log", "%2e%2e", "a/b"])
def test_only_names_the_backend_makes_are_opened(folder, name):
    assert kept_mails.mails_in(folder, name) == []


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        (f"open {PUBLIC}/p/abc/ now", [f"{PUBLIC}/p/abc/"]),
        (f"{PUBLIC}", [PUBLIC]),
        (f"<{PUBLIC}/a> and ({PUBLIC}/b)", [f"{PUBLIC}/a", f"{PUBLIC}/b"]),
        (f"{PUBLIC}.evil.example/x {PUBLIC}@evil.example {PUBLIC}:8080/", []),
        ("https://elsewhere.example/ javascript:alert(1)", []),
    ],
)
def test_only_our_own_addresses_become_links(text, addresses):
    pieces = list(kept_mails.linked(text, PUBLIC))
    assert [address for _piece, address in pieces if address] == addresses
    assert "".join(piece for piece, _address in pieces) == text


def test_the_pages_show_a_mail_as_text(client, demo, folder, sam):
    send("<b>Called</b>", f"Take over: {PUBLIC}/p/abc/ <script>alert(1)</script> \u202egnp")
    client.force_login(sam)
    (mail,) = kept_mails.newest(folder)
    assert "&lt;b&gt;Called&lt;/b&gt;" in client.get("/demo/mail/").content.decode()
    page = client.get(f"/demo/mail/{mail.name}/").content.decode()
    assert f'<a href="{PUBLIC}/p/abc/">' in page
    assert "&lt;script&gt;" in page
    assert "U+202E" in page


def test_without_the_demo_only_admins_read_them(client, folder, sam, maya, ada):
    send()
    for person, status in ((sam, 403), (maya, 403), (ada, 200)):
        client.force_login(person)
        assert client.get("/demo/mail/").status_code == status


def test_visitors_are_sent_to_sign_in(client, demo):
    assert client.get("/demo/mail/").status_code == 302


def test_an_unknown_mail_is_not_there(client, demo, sam):
    client.force_login(sam)
    assert client.get("/demo/mail/20261122-120000-1.log/").status_code == 404
