import time

import pytest

from crisis.notifiers import email
from crisis.notifiers.email import EmailNotifier, refusal
from crisis.notifiers.protocol import Message, NotifierError

MESSAGE = Message(
    key="page:k7f3mnpq:1",
    page_id="k7f3mnpq",
    subject="[L3 Hoch] Erwähnung auf Mastodon · Alarm k7f3mnpq",
    lines=("Sie werden gerufen.", "Offen seit <12:04> & länger."),
    footer="Alarm k7f3mnpq",
    link="https://console.example.test/p/TOKEN/",
    link_label="Ich übernehme",
    console_path="/escalations/1/",
    language="de",
    asks_for_answer=True,
)


def send(address: str = "pedro@example.test") -> email.Receipt:
    return EmailNotifier().send(address, MESSAGE)


@pytest.fixture
def quick(monkeypatch) -> None:
    monkeypatch.setattr(email, "SEND_CONNECT", 0.2)
    monkeypatch.setattr(email, "SEND_IN_ALL", 0.4)


def test_a_page_arrives_as_plain_text_and_as_html(mailbox):
    receipt = send()
    [mail] = mailbox.arrived
    assert receipt.code == 250
    assert mail["Message-ID"] == receipt.id
    assert mailbox.subjects() == [MESSAGE.subject]
    assert (mail["To"], mail["Auto-Submitted"], mail["Importance"]) == ("pedro@example.test", "auto-generated", "high")
    text, html = (part.get_content().replace("\r\n", "\n") for part in mail.iter_parts())
    assert "Ich übernehme:\nhttps://console.example.test/p/TOKEN/" in text
    assert "&lt;12:04&gt; &amp; länger" in html
    assert 'href="https://console.example.test/p/TOKEN/"' in html
    assert 'lang="de"' in html


def test_the_message_id_names_the_page_and_is_the_same_on_every_try(mailbox):
    send()
    send()
    first, second = mailbox.arrived
    assert first["Message-ID"] == second["Message-ID"]
    assert mailbox.page_ids() == ["k7f3mnpq", "k7f3mnpq"]


@pytest.mark.parametrize(
    ("mode", "permanent", "unknown", "refuses_us", "code"),
    [
        ("refuse_recipient", True, False, False, 550),
        ("refuse_us", False, False, True, 554),
        ("busy", False, False, False, 451),
        ("drop", False, False, False, None),
        ("drop_after_data", False, True, False, None),
    ],
)
def test_what_a_failure_means_depends_on_who_says_it_and_when(mailbox, mode, permanent, unknown, refuses_us, code):
    mailbox.mode = mode
    with pytest.raises(NotifierError) as caught:
        send()
    error = caught.value
    assert (error.permanent, error.unknown, error.refuses_us, error.code) == (permanent, unknown, refuses_us, code)
    assert "pedro@example.test" not in error.detail


def test_a_server_that_does_not_greet_is_left_in_time(mailbox, quick):
    mailbox.mode = "hang_on_connect"
    began = time.monotonic()
    with pytest.raises(NotifierError) as caught:
        send()
    assert not caught.value.unknown
    assert time.monotonic() - began < 2


def test_a_server_that_takes_the_text_and_says_nothing_is_left_in_time_and_the_outcome_is_unknown(mailbox, quick):
    mailbox.mode = "hang_on_data"
    began = time.monotonic()
    with pytest.raises(NotifierError) as caught:
        send()
    assert caught.value.unknown
    assert len(mailbox.arrived) == 1
    assert time.monotonic() - began < 2


def test_no_server_at_all_is_worth_another_try(mailbox, settings, quick):
    settings.EMAIL_PORT = 1
    with pytest.raises(NotifierError) as caught:
        send()
    assert (caught.value.permanent, caught.value.unknown, caught.value.refuses_us) == (False, False, False)


def test_what_is_no_address_is_permanent(mailbox):
    with pytest.raises(NotifierError) as caught:
        send("a@b@c\r\nBcc: everybody@example.test")
    assert caught.value.permanent
    assert not mailbox.arrived


def test_without_a_mail_server_mails_are_kept_in_files(settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    send()
    [kept] = tmp_path.iterdir()
    assert "k7f3mnpq" in kept.read_text()


@pytest.mark.parametrize(
    ("code", "reply", "about_address", "permanent", "refuses_us"),
    [
        (550, b"5.1.1 no such user", True, True, False),
        (550, b"no such user", True, True, False),
        (551, b"not local", True, True, False),
        (550, b"5.7.1 blocked", True, False, True),
        (552, b"5.2.2 mailbox full", True, False, False),
        (452, b"4.2.2 mailbox full", True, False, False),
        (535, b"5.7.8 bad credentials", False, False, True),
        (530, b"authentication required", True, False, True),
        (554, b"message refused", False, False, True),
        (550, b"5.1.1 no such user", False, True, False),
        (421, b"closing", False, False, False),
    ],
)
def test_only_a_bad_address_ends_a_contact_method(code, reply, about_address, permanent, refuses_us):
    error = refusal(code, reply, about_address=about_address)
    assert (error.permanent, error.refuses_us) == (permanent, refuses_us)


def test_addresses_in_a_reply_are_not_kept():
    assert refusal(550, b"<pedro@example.test>: unknown, ask postmaster@example.test").detail == "…: unknown, ask …"
