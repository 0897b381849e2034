"""Mail: the form of a letter, and what every answer of a server means. The servers are real, on this machine."""

import ssl
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from email.headerregistry import Address
from pathlib import Path

import pytest
import speech_kit as speech
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from smtp_kit import Inbox, free_port, running, scripted

from connectors.base import Message, Recipient
from connectors.errors import Ambiguous, ConfigError, Rejected, RetryLater
from connectors.mail.letter import address_of, letter, message_id, thread
from connectors.mail.server import is_loopback
from connectors.mail.sink import Mail, sink

SENDER = "Sparekey <sparekey@acme.example>"
FROM = Address("Sparekey", addr_spec="sparekey@acme.example")
TASK = speech.a_task("plain")
PAIR = speech.a_nudge("plain")
NOBODY = "nobody in the sentence"


def plain_sink(port: int, timeout: float = 60.0, **more: str) -> Mail:
    made = sink("127.0.0.1", port, "none", SENDER, timeout=timeout, **more)
    assert isinstance(made, Mail)
    return made


# the form --------------------------------------------------------------------------------------------------------


def test_the_same_message_is_the_same_mail_byte_for_byte() -> None:
    """Message-ID and the boundary between the parts included: a mailbox sees that it has it already."""
    first, again = (letter(TASK, TASK.to[0], FROM).as_bytes() for _ in range(2))
    assert first == again
    assert b"Message-ID: <A-1c9e02ab3f." in first


def test_its_headers_say_when_by_whom_and_that_a_machine_wrote_it() -> None:
    mail = letter(TASK, TASK.to[0], FROM, "https://acme.example/stop")
    assert mail["From"] == "Sparekey <sparekey@acme.example>"
    assert mail["To"] == "Mara <mara@example.org>"
    assert mail["Subject"] == "Second pair of hands for billing/export"
    assert mail["Date"] == "Mon, 06 Oct 2025 10:00:00 +0000"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert (mail["List-Unsubscribe"], mail["List-Unsubscribe-Post"]) == (
        "<https://acme.example/stop>",
        "List-Unsubscribe=One-Click",
    )


def test_one_click_is_promised_for_a_web_address_only() -> None:
    """A mail client would post to it."""
    mail = letter(TASK, TASK.to[0], FROM, "mailto:stop@acme.example")
    assert mail["List-Unsubscribe"] == "<mailto:stop@acme.example>"
    assert mail["List-Unsubscribe-Post"] is None
    assert letter(TASK, TASK.to[0], FROM)["List-Unsubscribe"] is None


def test_a_note_follows_the_mail_of_the_same_person() -> None:
    first = letter(PAIR, PAIR.to[1], FROM)
    note = letter(replace(PAIR, key="N-1"), PAIR.to[1], FROM, answers_to=thread(PAIR.key, FROM))
    assert note["In-Reply-To"] == note["References"] == first["Message-ID"]
    assert note["Message-ID"] != first["Message-ID"]
    assert note["Subject"] == "Re: A first change in billing/export"


def test_a_new_address_of_a_person_stays_in_the_thread() -> None:
    before, after = Recipient("p1", "Mara", "mara@old.example"), Recipient("p1", "Mara", "mara@new.example")
    assert message_id("A-1@acme.example", before) == message_id("A-1@acme.example", after)
    assert message_id("A-1@acme.example", before) != message_id("A-1@acme.example", replace(before, person="p2"))


def test_ids_stay_in_one_piece_however_long() -> None:
    """The library would write long ones as encoded words, by which no mailbox finds a thread."""
    long = Address("Sparekey", addr_spec=f"sparekey@{'a' * 60}.{'b' * 60}.example")
    raw = letter(TASK, TASK.to[0], long, "https://acme.example/" + "u" * 200, "A-0@" + long.domain).as_bytes()
    for name in (b"Message-ID: <", b"In-Reply-To: <", b"References: <", b"List-Unsubscribe: <https"):
        assert b"\r\n" + name in raw
    assert max(map(len, raw.split(b"\r\n"))) < 998


def test_a_mail_is_seven_bits_with_lines_that_any_server_takes() -> None:
    task = speech.a_task("plain", names={**speech.NAMES, "p1": "Änne Müller", "p2": "名前"})
    raw = letter(task, task.to[0], FROM).as_bytes()
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    mail = letter(task, task.to[0], FROM)
    assert mail["To"].addresses[0].display_name == "Änne Müller"
    assert "名前" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["ada@example.org", "a.d+a@x.example", "o'brien@x.example", " ada@example.org "])
def test_an_address_is_taken_as_it_is(text: str) -> None:
    assert address_of(text) == text.strip()


def test_a_domain_in_any_letters_is_written_in_plain_ones() -> None:
    assert address_of("anne@münchen.example") == "anne@xn--mnchen-3ya.example"


@pytest.mark.parametrize(
    "text",
    ["", "ada", "@x.example", "ada@", "a b@x.example", "ada@x..example", ".ada@x.example", "ada@x.example,b@x.example", "ada@x.example\r\nRCPT TO:<b@x.example>",
     "<ada@x.example>", "ada@[127.0.0.1]", "ädä@x.example", '"a b"@x.example', "a@b@x.example", "x" * 65 + "@x.example", "ada@" + "x" * 300, "ada@x.example-", "ada@-"],
)  # fmt: skip
def test_what_is_no_address_is_known_before_anything_is_sent(text: str) -> None:
    assert address_of(text) == ""
    with pytest.raises(Rejected, match="1 of 2 recipients have no address"):
        plain_sink(1).send(replace(PAIR, to=(PAIR.to[0], Recipient("p9", "Ada", text))))


# how it is set up ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"host": ""}, "needs the host"),
        ({"host": "a\r\nb"}, "needs the host"),
        ({"host": "a..b"}, "needs the host"),
        ({"host": "a" * 100}, "needs the host"),
        ({"sender": "nobody"}, "no address to send from"),
        ({"security": "none"}, "without TLS"),
        ({"user": "ada"}, "both a user and a password"),
        ({"password": "x"}, "both a user and a password"),
        ({"user": "ada", "password": "grün"}, "plain letters"),
        ({"unsubscribe": "http://x.example"}, "https or mailto"),
        ({"unsubscribe": "https://x.example>\r\nBcc: a"}, "https or mailto"),
    ],
)
def test_what_cannot_work_is_said_when_it_is_set_up(given: dict[str, str], why: str) -> None:
    with pytest.raises(ConfigError, match=why) as error:
        sink(**{"host": "smtp.example.org", "sender": SENDER, **given})  # type: ignore[arg-type]
    assert error.value.hint and "grün" not in f"{error.value} {error.value.hint}"


def test_only_this_machine_may_be_spoken_to_without_tls() -> None:
    assert [one for one in ("localhost", "127.0.0.1", "127.9.9.9", "::1") if not is_loopback(one)] == []
    assert [one for one in ("localhost.evil.example", "10.0.0.1", "0.0.0.0", "example.org") if is_loopback(one)] == []


def test_the_description_holds_no_password() -> None:
    made = sink("smtp.example.org", 465, "tls", SENDER, "ada", "planted-password")
    assert made.describe() == "mail from sparekey@acme.example through smtp.example.org:465 (tls)"
    assert "planted" not in repr(vars(made))


# who gets it -----------------------------------------------------------------------------------------------------


def test_each_person_gets_a_mail_of_their_own() -> None:
    """Nobody sees another's address, and a mailbox that both read keeps both."""
    inbox = Inbox()
    with running(inbox) as port:
        assert plain_sink(port).send(PAIR) == "A-2d00000000@acme.example"
    assert [(to, mail["To"].addresses[0].addr_spec) for to, mail in inbox.mails] == [
        ("lea@example.org", "lea@example.org"),
        ("ana@example.org", "ana@example.org"),
    ]
    assert len({mail["Message-ID"] for _, mail in inbox.mails}) == 2
    assert b"ana@" not in inbox.raw[0] and b"lea@" not in inbox.raw[1]


@pytest.mark.parametrize("refused", ["lea@example.org", "ana@example.org"])
def test_whoever_can_be_reached_is_and_the_rest_is_not_tried_again(refused: str) -> None:
    """Written again, the message would reach the other one twice."""
    inbox = Inbox()
    inbox.rcpt[refused] = "550 5.1.1 <ana@example.org>: no such user"
    with running(inbox) as port, pytest.raises(Ambiguous, match=r"1 of 2 mails went out.*\(550 5.1.1\)"):
        plain_sink(port).send(PAIR)
    assert [to for to, _ in inbox.mails] == [one.address for one in PAIR.to if one.address != refused]


def test_everybody_refused_is_refused() -> None:
    inbox = Inbox()
    inbox.rcpt = {one.address: "550 no" for one in PAIR.to}
    with running(inbox) as port, pytest.raises(Rejected):
        plain_sink(port).send(PAIR)
    assert inbox.mails == []


def test_a_second_mail_that_may_go_later_does_not_send_the_first_again() -> None:
    inbox = Inbox()
    inbox.rcpt["ana@example.org"] = "451 4.7.1 greylisted"
    with running(inbox) as port, pytest.raises(Ambiguous, match="1 of 2"):
        plain_sink(port).send(PAIR)
    inbox.mails.clear()
    inbox.rcpt = {"lea@example.org": "451 4.7.1 greylisted"}
    with running(inbox) as port, pytest.raises(RetryLater):
        plain_sink(port).send(PAIR)
    assert inbox.mails == []


def test_nobody_to_write_to_is_said() -> None:
    with pytest.raises(Rejected, match="nobody to write to"):
        plain_sink(1).send(replace(TASK, to=()))


# what the server answers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "answer", "error"),
    [
        ("rcpt", "421 4.3.2 closing", RetryLater),
        ("rcpt", "451 4.7.1 <mara@example.org>: later", RetryLater),
        ("rcpt", "550 5.1.1 <mara@example.org>: unknown", Rejected),
        ("data", "421 4.3.2 closing", RetryLater),
        ("data", "452 4.3.1 disk full", RetryLater),
        ("data", "550 5.7.1 not wanted, mara@example.org", Rejected),
        ("data", "552 5.3.4 too large", Rejected),
        ("data", "drop", Ambiguous),
        ("mail_from", "450 4.1.8 later", RetryLater),
        ("mail_from", "550 5.7.1 you may not send as sparekey@acme.example", RetryLater),
    ],
)
def test_an_answer_says_how_to_recover(stage: str, answer: str, error: type[Exception]) -> None:
    """A sender that is refused is our set-up: every message would be, and none is lost by waiting."""
    inbox = Inbox()
    setattr(inbox, stage, {"mara@example.org": answer} if stage == "rcpt" else answer)
    with running(inbox) as port, pytest.raises((RetryLater, Rejected, Ambiguous)) as found:
        plain_sink(port).send(TASK)
    assert type(found.value) is error
    assert "@" not in str(found.value), NOBODY
    assert inbox.mails == []


GREETING, HELLO, OK = b"220 hello", b"250 here", b"250 ok"


@pytest.mark.parametrize(
    ("turns", "error"),
    [
        ((b"421 4.3.2 too busy",), RetryLater),
        ((b"554 go away",), RetryLater),
        ((b"HTTP/1.1 400 Bad Request",), RetryLater),
        ((GREETING,), RetryLater),
        ((GREETING, HELLO), RetryLater),
        ((GREETING, HELLO, OK, OK, b"451 not now"), RetryLater),
        ((GREETING, HELLO, OK, OK, b"554 no mails"), Rejected),
        ((GREETING, HELLO, OK, OK, b"250 what text?"), RetryLater),
        ((GREETING, HELLO, OK, OK), Ambiguous),
        ((GREETING, HELLO, OK, OK, b"354 go on"), Ambiguous),
        ((GREETING, HELLO, OK, OK, b"354 go on", b"nonsense"), Ambiguous),
        ((GREETING, HELLO, OK, OK, b"354 go on", b"354 more?"), Ambiguous),
        ((GREETING, HELLO, OK, OK, b"354 go on", b"421 closing"), RetryLater),
    ],
    ids=str,
)
def test_a_conversation_that_breaks_off_is_ambiguous_only_once_the_text_may_be_there(
    turns: tuple[bytes, ...], error: type[Exception]
) -> None:
    with scripted(*turns) as port, pytest.raises((RetryLater, Rejected, Ambiguous)) as found:
        plain_sink(port).send(TASK)
    assert type(found.value) is error, found.value


def test_a_mail_that_was_taken_is_sent_though_the_goodbye_is_lost() -> None:
    with scripted(GREETING, HELLO, OK, OK, b"354 go on", b"250 taken") as port:
        assert plain_sink(port).send(TASK)


@pytest.mark.parametrize(
    ("turns", "error"),
    [((b"",), RetryLater), ((GREETING, HELLO, b""), RetryLater), ((GREETING, HELLO, OK, OK, b"354 go on", b""), Ambiguous)],
    ids=str,
)  # fmt: skip
def test_a_silent_server_is_left_at_the_timeout(turns: tuple[bytes, ...], error: type[Exception]) -> None:
    with scripted(*turns) as port, pytest.raises(error):
        plain_sink(port, timeout=0.3).send(TASK)


def test_a_server_that_never_ends_its_greeting_is_left_at_the_timeout() -> None:
    """Every piece comes in time; only the whole does not."""
    endless = tuple(b"220-wait" for _ in range(10_000))
    with scripted(b"\r\n".join(endless), b"") as port, pytest.raises(RetryLater):
        plain_sink(port, timeout=0.3).send(TASK)


def test_no_server_is_no_loss() -> None:
    with pytest.raises(RetryLater, match="does not answer: Connection refused"):
        plain_sink(free_port()).send(TASK)


def test_a_host_that_is_not_there_is_no_loss() -> None:
    with pytest.raises(RetryLater, match=r"mail server smtp\.invalid:587 \(starttls\): it does not answer"):
        sink("smtp.invalid", sender=SENDER).send(TASK)


# TLS and logging in ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of this machine, signed by itself: one file with the key."""
    folder = tmp_path_factory.mktemp("tls")
    made = folder / "all.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
               "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"]  # fmt: skip
    try:
        subprocess.run(command, check=True, capture_output=True, cwd=folder)
    except FileNotFoundError:
        pytest.skip("there is no openssl to make a certificate with")
    made.write_bytes((folder / "cert.pem").read_bytes() + (folder / "key.pem").read_bytes())
    return made


def server_context(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As an operator names a private authority."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


def tls(inbox: Inbox, certificate: Path, **options: object) -> AbstractContextManager[int]:
    return running(inbox, tls_context=server_context(certificate), require_starttls=True, **options)


@pytest.mark.usefixtures("trusted")
def test_a_mail_goes_out_after_starttls(certificate: Path) -> None:
    inbox = Inbox()
    with tls(inbox, certificate) as port:
        sink("127.0.0.1", port, "starttls", SENDER).send(TASK)
    assert len(inbox.mails) == 1


@pytest.mark.usefixtures("trusted")
def test_a_mail_goes_out_by_tls_from_the_start(certificate: Path) -> None:
    inbox = Inbox()
    with running(inbox, ssl_context=server_context(certificate)) as port:
        sink("localhost", port, "tls", SENDER).send(TASK)
    assert len(inbox.mails) == 1


def test_a_certificate_that_nobody_vouches_for_stops_everything(certificate: Path) -> None:
    inbox = Inbox()
    with tls(inbox, certificate) as port, pytest.raises(RetryLater, match="certificate is not trusted"):
        sink("127.0.0.1", port, "starttls", SENDER).send(TASK)
    assert inbox.mails == []


def test_without_starttls_nothing_is_said_in_the_open() -> None:
    """Whoever stands between could have taken the offer out."""
    inbox = Inbox()
    with running(inbox) as port, pytest.raises(RetryLater, match="no STARTTLS"):
        sink("127.0.0.1", port, "starttls", SENDER, "ada", "planted-password").send(TASK)
    assert inbox.mails == []


def test_tls_where_there_is_none_is_said() -> None:
    with running(Inbox()) as port, pytest.raises(RetryLater, match="speaks no TLS here"):
        sink("127.0.0.1", port, "tls", SENDER).send(TASK)


def authenticator(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    assert isinstance(data, LoginPassword)
    return AuthResult(success=data.password == b"planted-password", handled=False)


@pytest.fixture
def guarded(certificate: Path) -> Iterator[tuple[int, Inbox]]:
    inbox = Inbox()
    with tls(inbox, certificate, authenticator=authenticator, auth_required=True) as port:
        yield port, inbox


@pytest.mark.usefixtures("trusted")
def test_a_login_opens_the_server(guarded: tuple[int, Inbox]) -> None:
    port, inbox = guarded
    sink("127.0.0.1", port, "starttls", SENDER, "ada", "planted-password").send(TASK)
    assert len(inbox.mails) == 1


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("login", [("ada", "planted-mistake"), ("", "")])
def test_a_refused_login_keeps_the_message(guarded: tuple[int, Inbox], login: tuple[str, str]) -> None:
    """It is the operator's to mend, and none of the messages' faults."""
    port, _ = guarded
    with pytest.raises(RetryLater, match="look at (user and password|sender and user)") as found:
        sink("127.0.0.1", port, "starttls", SENDER, *login).send(TASK)
    assert "planted" not in str(found.value)


def test_a_login_is_not_tried_where_none_is_offered() -> None:
    with running(Inbox()) as port, pytest.raises(RetryLater, match="no login"):
        plain_sink(port, user="ada", password="planted-password").send(TASK)


def test_no_handle_is_left_open() -> None:
    """After a hundred refusals the service would have no files left."""
    handles = Path("/proc/self/fd")
    if not handles.is_dir():
        pytest.skip("handles cannot be counted here")
    with scripted(GREETING) as port:
        plain = plain_sink(port)
        for _ in range(3):
            with pytest.raises(RetryLater):
                plain.send(TASK)
        before = len([*handles.iterdir()])
        for _ in range(20):
            with pytest.raises(RetryLater):
                plain.send(TASK)
        assert len([*handles.iterdir()]) <= before + 2


def test_a_note_on_a_thread_that_is_none_is_refused() -> None:
    for remote in ("", "tasks/A-1.md", "A-1@x\r\nBcc: b@x.example"):
        with pytest.raises(Rejected, match="no mail that this could follow"):
            plain_sink(1).note(remote, Message("N-1", "task", TASK.to, "T", (), speech.AT))
