"""A real SMTP server on 127.0.0.1 in the modes that a mail server can be in; it logs every receipt."""

import asyncio
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import partial

from aiosmtpd.smtp import SMTP, Envelope, Session

logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd tells every line of every exchange
MODES = ("ok", "refuse_recipient", "refuse_us", "busy", "hang_on_connect", "hang_on_data", "drop_after_data", "drop")


@dataclass
class Mailbox:
    """What arrived: whole messages, whatever was answered to them. `mode` may change while it runs."""

    mode: str = "ok"
    port: int = 0
    delay: float = 0.0
    arrived: list[EmailMessage] = field(default_factory=list)
    connections: int = 0
    released: threading.Event = field(default_factory=threading.Event)

    def reset(self) -> None:
        """As new, for the next test; whoever still hangs is let go."""
        self.release("ok")
        self.arrived.clear()
        self.connections, self.delay = 0, 0.0

    def release(self, mode: str) -> None:
        """Lets go whoever hangs, and goes on in another mode."""
        self.mode = mode
        self.released.set()
        self.released = threading.Event()

    def page_ids(self) -> list[str]:
        return [str(mail["Message-ID"]).strip("<").split(".")[0] for mail in self.arrived]

    def subjects(self) -> list[str]:
        return [str(mail["Subject"]).strip() for mail in self.arrived]  # folding leaves a space

    async def wait(self) -> None:
        """Hangs until the test releases it."""
        released = self.released
        while not released.is_set():
            await asyncio.sleep(0.01)

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options) -> str:
        if self.mode == "refuse_recipient":
            return f"550 5.1.1 <{address}>: user unknown"
        if self.mode == "refuse_us":
            return "554 5.7.1 relay access denied"
        if self.mode == "busy":
            return "451 4.3.0 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        await asyncio.sleep(self.delay)
        self.arrived.append(message_from_bytes(envelope.content, policy=default))
        if self.mode == "hang_on_data":
            await self.wait()
        if self.mode == "drop_after_data":
            server.transport.abort()
        return "250 2.0.0 taken"


class MoodySMTP(SMTP):
    """Greets late or not at all when its mailbox says so."""

    def connection_made(self, transport) -> None:
        mailbox: Mailbox = self.event_handler
        mailbox.connections += 1
        if mailbox.mode == "drop":
            transport.abort()
        super().connection_made(transport)

    async def _handle_client(self) -> None:
        if self.event_handler.mode == "hang_on_connect":
            await self.event_handler.wait()
        await super()._handle_client()


@contextmanager
def mail_server(mode: str = "ok") -> Iterator[Mailbox]:
    mailbox, ready = Mailbox(mode), threading.Event()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=serve, args=[loop, mailbox, ready], daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield mailbox
    finally:
        mailbox.released.set()
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


def serve(loop: asyncio.AbstractEventLoop, mailbox: Mailbox, ready: threading.Event) -> None:
    asyncio.set_event_loop(loop)
    server = loop.run_until_complete(loop.create_server(partial(greet, mailbox, loop), "127.0.0.1", 0))
    mailbox.port = server.sockets[0].getsockname()[1]
    ready.set()
    loop.run_forever()
    server.close()
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()


def greet(mailbox: Mailbox, loop: asyncio.AbstractEventLoop) -> SMTP:
    return MoodySMTP(mailbox, hostname="mail.example.test", loop=loop)
