"""SMTP servers on this machine: a real one that keeps mails and can refuse, and a scripted one that breaks off."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Inbox:
    """Keeps (recipient, mail). `rcpt` and `mail_from` answer for an address, `data` for every text; 'drop' breaks off."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, EmailMessage]] = []
        self.raw: list[bytes] = []
        self.rcpt: dict[str, str] = {}
        self.mail_from = ""
        self.data = ""

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.mail_from or "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.rcpt.get(address, "")
        if not answer:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.data == "drop":
            assert server.transport is not None
            server.transport.abort()
            return "250 OK"
        if not self.data:
            content = envelope.content
            assert isinstance(content, bytes)
            mail = BytesParser(policy=default).parsebytes(content)
            assert isinstance(mail, EmailMessage)
            self.raw.append(content)
            self.mails += [(to, mail) for to in envelope.rcpt_tos]
        return self.data or "250 OK"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
        assert isinstance(port, int)
        return port


@contextmanager
def running(inbox: Inbox, **options: Any) -> Iterator[int]:
    """The port of a real server. Options are aiosmtpd's."""
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@contextmanager
def scripted(*turns: bytes) -> Iterator[int]:
    """Says each turn, waiting for a line in between; after the last it breaks off, unless that is empty: then it is silent.

    The turn after 354 waits for the end of the text. Serves any number of connections, one after the other.
    """
    server = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as stream:
                _talk(stream, turns, over)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        over.set()
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(10)


def _talk(stream: Any, turns: tuple[bytes, ...], over: threading.Event) -> None:
    try:
        for number, turn in enumerate(turns):
            if number:
                while stream.readline() not in (b".\r\n", b"") and turns[number - 1].startswith(b"354"):
                    continue
            if not turn:
                stream.readline()  # the other side ends it
                return
            stream.write(turn + b"\r\n")
            stream.flush()
    except OSError:
        return
