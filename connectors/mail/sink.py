"""Messages as mail through one SMTP server: one mail a person, so that nobody sees another's address.

Owns what the server's answers mean for the message. A mail cannot be looked up afterwards. What is sent again has the
same Message-ID, by which most mailboxes know it. A call ends at `timeout`, however slowly the other side talks.
"""

from collections.abc import Sequence
from email.headerregistry import Address
from email.utils import parseaddr

from connectors.base import Markup, Message, Recipient, Sink, Told
from connectors.errors import Ambiguous, ConfigError, Rejected, SourceError
from connectors.mail.letter import address_of, display_name, is_thread, letter, line, thread
from connectors.mail.server import Security, Server, is_loopback
from rules.model.times import Instant


def sink(
    host: str,
    port: int = 587,
    security: Security = "starttls",
    sender: str = "",
    user: str = "",
    password: str = "",
    unsubscribe: str = "",
    timeout: float = 60.0,
) -> Sink:
    """`sender`: an address, or 'Name <address>'. Raises ConfigError for what cannot work."""
    name, found = parseaddr(sender)
    address = address_of(found)
    if not _is_host(host):
        raise ConfigError("a mail sink needs the host of its server", "host: smtp.example.org")
    if not address:
        raise ConfigError(f"{line(sender)!r} is no address to send from", "sender: Sparekey <sparekey@example.org>")
    if security == "none" and not is_loopback(host):
        raise ConfigError("mail without TLS is for a server on this machine only", "security: starttls, or tls")
    if bool(user) != bool(password):
        raise ConfigError("a login needs both a user and a password", "user, and token_env or token_file")
    if unsubscribe and (not unsubscribe.startswith(("https://", "mailto:")) or not _is_header(unsubscribe)):
        raise ConfigError("unsubscribe is an https or mailto address", "unsubscribe: mailto:sparekey@example.org")
    if not (user + password).isascii():
        raise ConfigError("a login by SMTP has plain letters only", "a user and a password in ASCII")
    server = Server(host, port, security, address.partition("@")[2], user, password, timeout)
    return Mail(server, Address(display_name(name), addr_spec=address), unsubscribe)


def _is_host(text: str) -> bool:
    try:
        return bool(text) and text == line(text) and bool(text.encode("idna"))
    except UnicodeError:
        return False


def _is_header(text: str) -> bool:
    return text.isascii() and text.isprintable() and len(text) <= 300 and not set(text) & set("<> ,")


class Mail:
    markup: Markup = "plain"
    takes: frozenset[Told] = frozenset(("task", "nudge", "digest"))
    lists = False

    def __init__(self, server: Server, sender: Address, unsubscribe: str) -> None:
        self._server, self._sender, self._unsubscribe = server, sender, unsubscribe
        self.timeout = server.timeout

    def send(self, message: Message) -> str:
        """The id at the remote is what the Message-IDs have in common; each has a mark of its person in it."""
        self._post(message)
        return thread(message.key, self._sender)

    def find(self, key: str, since: Instant) -> list[str]:
        return []

    def note(self, remote: str, message: Message) -> None:
        """An answer to the task's mail."""
        if not is_thread(remote):
            raise Rejected("there is no mail that this could follow")
        self._post(message, remote)

    def close(self, remote: str, message: Message) -> None:
        self.note(remote, message)

    def describe(self) -> str:
        return f"mail from {self._sender.addr_spec} through {self._server}"

    def _post(self, message: Message, answers_to: str = "") -> None:
        """Whoever can be reached is. After the first mail is out, no failure may send that one again."""
        _check(message.to)
        mails = [letter(message, to, self._sender, self._unsubscribe, answers_to) for to in message.to]
        sent, refused = 0, []
        with self._server.conversation() as said:
            for to, mail in zip(message.to, mails, strict=True):
                try:
                    said.post(self._sender.addr_spec, address_of(to.address), mail.as_bytes())
                    sent += 1
                except Rejected as error:
                    refused.append(error)
                except SourceError as error:
                    raise _partly(error, sent, len(mails)) from None
        if refused:
            raise _partly(refused[0], sent, len(mails))


def _check(to: Sequence[Recipient]) -> None:
    """Before anything is sent. Names nobody: the sentence goes into logs."""
    without = sum(1 for one in to if not address_of(one.address))
    if not to or without:
        whom = f"{without} of {len(to)} recipients have no address for mail" if to else "there is nobody to write to"
        raise Rejected(whom)


def _partly(error: SourceError, sent: int, total: int) -> SourceError:
    return Ambiguous(f"{sent} of {total} mails went out, one did not: {error}") if sent else error
