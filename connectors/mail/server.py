"""One conversation with an SMTP server: connect, make it private, log in, hand over mails.

Owns the meaning of every way in which it can end. Before the text of a mail is handed over nothing has happened. What
the server says in words stays out of our sentences: it may hold addresses.
"""

import ipaddress
import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Timer
from typing import Literal

from connectors.errors import Ambiguous, Rejected, RetryLater

Security = Literal["starttls", "tls", "none"]
STEP = 15.0
"""Seconds for one answer; the whole conversation has the sink's timeout."""
MOST_ADDRESSES = 3
"""Of a server with many, those that are tried."""
_DETAIL = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}(?![.\d])")


def is_loopback(host: str) -> bool:
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


class Server:
    """`hello`: the name by which we greet it."""

    def __init__(
        self, host: str, port: int, security: Security, hello: str, user: str, password: str, timeout: float
    ) -> None:
        self._host, self._port, self._security, self._hello = host, port, security, hello
        self._user, self._password, self.timeout = user, password, timeout

    def __str__(self) -> str:
        return f"{self._host}:{self._port} ({self._security})"

    @contextmanager
    def conversation(self) -> Iterator["Conversation"]:
        """Ends after `timeout` seconds, in the middle of an answer if need be."""
        line = _Line(min(STEP, self.timeout), self._security == "tls")
        deadline = Timer(self.timeout, line.cut)
        deadline.daemon = True
        deadline.start()
        try:
            client = self._greeted(line)
            yield Conversation(client)
            with suppress(OSError):
                client.quit()
        finally:
            deadline.cancel()
            line.close()

    def _greeted(self, line: "_Line") -> smtplib.SMTP:
        try:
            client = _Client(self._host, self._port, self._hello, line)
            client.ehlo_or_helo_if_needed()
            if self._security == "starttls":
                client.starttls(context=ssl.create_default_context())
                client.ehlo_or_helo_if_needed()
            if self._user:
                client.login(self._user, self._password)
        except OSError as error:  # which smtplib's own errors are
            raise RetryLater(f"mail server {self}: {_why(error)}") from None
        return client


class _Line:
    """The connection by a handle of its own, which TLS does not take over: a deadline can cut it at any moment."""

    def __init__(self, step: float, tls: bool) -> None:
        self.step, self._tls = step, tls
        self._handle: socket.socket | None = None
        self._over = False
        self.client: smtplib.SMTP | None = None  # whose own handle is closed with ours

    def open(self, host: str, port: int) -> socket.socket:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[:MOST_ADDRESSES]
        for number, (*_, address) in enumerate(found, start=1):
            try:
                opened = socket.create_connection((str(address[0]), port), self.step)
            except OSError:
                if number == len(found) or self._over:
                    raise
            else:
                break
        self._handle = opened.dup()
        if self._over:
            self.cut()
        return ssl.create_default_context().wrap_socket(opened, server_hostname=host) if self._tls else opened

    def cut(self) -> None:
        self._over = True
        if self._handle is not None:
            with suppress(OSError):
                self._handle.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.cut()
        for one in (self.client, self._handle):
            if one is not None:
                one.close()


class _Client(smtplib.SMTP):
    def __init__(self, host: str, port: int, hello: str, line: _Line) -> None:
        self._line, line.client = line, self
        super().__init__(host, port, local_hostname=hello, timeout=line.step)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self._line.open(host, port)


def _why(error: OSError) -> str:
    """For the operator: none of this is the message's fault."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"the login is refused ({_code(error.smtp_code, error.smtp_error)}): look at user and password"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "it offers no STARTTLS, or no login: look at security, port and user"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"it does not want to talk now ({_code(error.smtp_code, error.smtp_error)})"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return "it speaks no TLS here: look at security and port"
    return f"it does not answer: {error.strerror or type(error).__name__}"


class Conversation:
    """Greeted and logged in. Each `post` is one mail to one person."""

    def __init__(self, client: smtplib.SMTP) -> None:
        self._client = client
        self._used = False

    def post(self, sender: str, to: str, mail: bytes) -> None:
        try:
            if self._used:
                self._client.rset()  # the last one may have been refused half way
            self._used = True
            _expect(*self._client.mail(sender), "the sender", ours=True)
            _expect(*self._client.rcpt(to), "the recipient")
        except OSError as error:
            raise RetryLater(f"the connection ended before a mail was handed over: {_why(error)}") from None
        try:
            code, said = self._client.data(mail)
        except smtplib.SMTPDataError as error:  # it did not ask for the text: whatever it says, it has none
            _expect(max(error.smtp_code, 400), error.smtp_error, "the mail")
        except OSError as error:
            raise Ambiguous(f"the connection ended while a mail was handed over: {_why(error)}") from None
        else:
            if not 200 <= code < 600 or 300 <= code < 400:
                raise Ambiguous(f"the server's answer to a mail means nothing ({code})")
            _expect(code, said, "the mail")


def _expect(code: int, said: bytes | str, what: str, ours: bool = False) -> None:
    """`ours`: what it dislikes is how we are set up. The message may go when that is mended."""
    if 200 <= code < 300:
        return
    why = f"the mail server refuses {what} ({_code(code, said)})"
    if 500 <= code < 600 and not ours:
        raise Rejected(why)
    raise RetryLater(f"{why}: look at sender and user" if ours and code >= 500 else why)


def _code(code: int, said: bytes | str) -> str:
    """'550 5.1.1': never the words, which may name somebody."""
    detail = _DETAIL.search(said[:40] if isinstance(said, bytes) else said[:40].encode("ascii", "replace"))
    return f"{code} {detail[0].decode()}" if detail else str(code)
