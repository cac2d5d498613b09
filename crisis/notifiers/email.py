"""Sends a page as an e-mail, over Django's EMAIL_* connection: five seconds to connect, ten in all.

smtplib is driven step by step, because what a failure means depends on the step: before the text is handed over it
is certain that nothing arrived; after it nobody knows.
"""

import contextlib
import hashlib
import re
import smtplib
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import DNS_NAME, EmailMultiAlternatives, get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address
from django.utils.html import format_html, format_html_join

from crisis.notifiers.protocol import Message, NotifierError, Receipt
from crisis.tempo import SEND_CONNECT, SEND_IN_ALL

ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")  # RFC 3463
ADDRESS_IN_REPLY = re.compile(r"<?[^\s<>]+@[^\s<>]+>?")  # a reply is kept, an address in it is not


class EmailNotifier:
    def send(self, address: str, message: Message, secrets: Sequence[str] = ()) -> Receipt:
        try:
            mail, envelope = written(address, message), sanitize_address(address, "utf-8")
        except ValueError as error:
            raise NotifierError("The address is not valid.", permanent=True) from error
        connection = get_connection()
        if isinstance(connection, EmailBackend):
            code = handed_over(connection, mail, envelope)
        else:  # kept in files, for a console without a mail server
            connection.send_messages([mail])
            code = None
        return Receipt(message_id(message), code)


def written(address: str, message: Message) -> EmailMultiAlternatives:
    """The mail: plain text, with the same in simple HTML beside it."""
    text = "\n\n".join([*message.lines, f"{message.link_label}:\n{message.link}", f"-- \n{message.footer}"])
    mail = EmailMultiAlternatives(
        " ".join(message.subject.split()),
        f"{text}\n",
        settings.DEFAULT_FROM_EMAIL,
        [address],
        headers={
            "Message-ID": message_id(message),
            "Auto-Submitted": "auto-generated",
            "Content-Language": message.language,
            "Importance": "high" if message.asks_for_answer else "normal",
        },
    )
    mail.attach_alternative(as_html(message), "text/html")
    return mail


def as_html(message: Message) -> str:
    return format_html(
        '<!doctype html><html lang="{}"><body>{}<p><a href="{}"><strong>{}</strong></a></p><p><small>{}</small></p>'
        "</body></html>",
        message.language,
        format_html_join("", "<p>{}</p>", ((line,) for line in message.lines)),
        message.link,
        message.link_label,
        message.footer,
    )


def message_id(message: Message) -> str:
    """The same on every retry, so that a mailbox shows a page once."""
    digest = hashlib.sha256(message.key.encode()).hexdigest()[:16]
    return f"<{message.page_id}.{digest}@{urlsplit(settings.PUBLIC_URL).hostname}>"


def handed_over(backend: EmailBackend, mail: EmailMultiAlternatives, address: str) -> int:
    """Gives the mail to the server and returns the code of its answer; raises NotifierError."""
    content = mail.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's own message class
    sender = sanitize_address(mail.from_email, "utf-8")
    deadline = time.monotonic() + SEND_IN_ALL
    with explained(certain=True), session(backend) as smtp:
        demand(smtp.mail(sender))
        demand(smtp.rcpt(address), about_address=True)
        if time.monotonic() > deadline:
            raise NotifierError("The mail server was too slow.")
        with explained(certain=False):
            code, _reply = demand(smtp.data(content))
            return code


@contextmanager
def session(backend: EmailBackend) -> Iterator[smtplib.SMTP]:
    """An open, signed-in connection that is cut when its time is over, whatever the server does."""
    smtp: smtplib.SMTP
    name = DNS_NAME.get_fqdn()
    if backend.use_ssl:
        smtp = smtplib.SMTP_SSL(local_hostname=name, timeout=SEND_CONNECT, context=backend.ssl_context)
    else:
        smtp = smtplib.SMTP(local_hostname=name, timeout=SEND_CONNECT)
    cutter = threading.Timer(SEND_IN_ALL, cut, [smtp])
    cutter.daemon = True
    cutter.start()
    try:
        demand(smtp.connect(backend.host, backend.port))
        if smtp.sock:
            smtp.sock.settimeout(SEND_IN_ALL)  # the cutter minds the rest
        if backend.use_tls:
            demand(smtp.starttls(context=backend.ssl_context))
        if backend.username and backend.password:
            demand(smtp.login(backend.username, backend.password))
        smtp.ehlo_or_helo_if_needed()
        yield smtp
        with contextlib.suppress(smtplib.SMTPException, OSError):
            smtp.putcmd("quit")  # its answer is not worth waiting for: the page would count as unsent
    finally:
        cutter.cancel()
        smtp.close()


def cut(smtp: smtplib.SMTP) -> None:
    if smtp.sock:
        with contextlib.suppress(OSError):
            smtp.sock.shutdown(socket.SHUT_RDWR)


@contextmanager
def explained(*, certain: bool) -> Iterator[None]:
    """Turns what smtplib raises into what it means; `certain`: nothing has been handed over yet."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        raise refusal(error.smtp_code, error.smtp_error) from error
    except (smtplib.SMTPException, OSError) as error:
        said = f"{type(error).__name__}: {error}"
        raise NotifierError(without_addresses(said), unknown=not certain) from error


def demand(answer: tuple[int, bytes], *, about_address: bool = False) -> tuple[int, bytes]:
    code, reply = answer
    if not 200 <= code < 300:
        raise refusal(code, reply, about_address=about_address)
    return answer


def refusal(code: int, reply: bytes | str, *, about_address: bool = False) -> NotifierError:
    """4xx is worth another try. 5xx about the address ends it, unless it is full or the server distrusts us."""
    said = reply.decode(errors="replace") if isinstance(reply, bytes) else reply
    found = ENHANCED.search(said)
    subject, detail = (int(found[2]), int(found[3])) if found else (0, 0)
    is_final = code >= 500
    mailbox_full = (subject, detail) == (2, 2)
    distrusts_us = subject == 7 or code in {530, 534, 535, 538}
    bad_address = about_address or subject == 1
    return NotifierError(
        without_addresses(said),
        permanent=is_final and bad_address and not distrusts_us and not mailbox_full,
        refuses_us=is_final and (distrusts_us or not bad_address) and not mailbox_full,
        code=code if code > 0 else None,
    )


def without_addresses(reply: str) -> str:
    return ADDRESS_IN_REPLY.sub("…", reply)[:500]
