import pytest

from config import environment


@pytest.mark.parametrize(
    ("address", "folder"),
    [
        ("filemail:///var/lib/mail", "/var/lib/mail"),
        ("filemail:///with%20space/mail", "/with space/mail"),
        ("filemail:////twice", "/twice"),
    ],
)
def test_a_folder_for_kept_mails_is_absolute_wherever_a_process_was_started(monkeypatch, address, folder):
    monkeypatch.setenv("EMAIL_URL", address)
    assert environment.mail("EMAIL_URL")["EMAIL_FILE_PATH"] == folder


def test_a_mail_server_has_no_folder(monkeypatch):
    monkeypatch.setenv("EMAIL_URL", "smtp://mail.example.test:25")
    assert not environment.mail("EMAIL_URL").get("EMAIL_FILE_PATH")
