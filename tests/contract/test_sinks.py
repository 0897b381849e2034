"""What every sink promises, asked of each: what it declares, what is written once, and that no text from outside does anything.

Owns no wording. What an SMTP server or a disk can do to a message is asked in `tests/unit/connectors/test_mail.py` and
`test_files_sink.py`.
"""

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args

import pytest
import speech_kit as speech
from markdown_it import MarkdownIt
from ruamel.yaml import YAML
from smtp_kit import Inbox, running

from connectors.base import Markup, Message, Recipient, Sink, Told
from connectors.errors import Rejected
from connectors.files.sink import sink as files
from connectors.mail.sink import sink as mail
from connectors.terminal.sink import sink as terminal
from rules.model.times import DAY, HOUR
from rules.speech.notes import joined_text, withdrawn_text

MARA = Recipient("p1", "Mara", "mara@example.org")


@dataclass(frozen=True)
class Remote:
    """A sink with the other side of it: `things` are the texts there, and `check` fails where one of them is not inert."""

    sink: Sink
    things: Callable[[], list[str]]
    check: Callable[[], None]


# the other sides ------------------------------------------------------------------------------------------------


@contextmanager
def on_a_terminal(tmp_path: Path) -> Iterator[Remote]:
    stream = io.StringIO()

    def things() -> list[str]:
        return [one for one in re.split(r"\n\n(?=[A-Z]+ )", stream.getvalue()) if one.strip()]

    yield Remote(terminal(stream), things, lambda: visible(stream.getvalue()))


@contextmanager
def in_a_folder(tmp_path: Path) -> Iterator[Remote]:
    outside = tmp_path / "outside.md"
    outside.write_text("untouched")

    def things() -> list[str]:
        return [path.read_text("utf-8") for path in sorted(tmp_path.rglob("*/*/*.md"))]

    def check() -> None:
        assert outside.read_text() == "untouched"
        assert {path.parent.name for path in tmp_path.rglob("*.md")} <= {tmp_path.name, "tasks", "nudges", "digests"}
        for text in things():
            inert_markdown(text)

    yield Remote(files(tmp_path / "out"), things, check)


@contextmanager
def in_a_mailbox(tmp_path: Path) -> Iterator[Remote]:
    inbox = Inbox()

    def things() -> list[str]:
        """By Message-ID, as a mailbox knows them."""
        return list({mail["Message-ID"]: said(mail, "plain") for _, mail in inbox.mails}.values())

    def check() -> None:
        for to, one in inbox.mails:
            inert_mail(to, one)

    with running(inbox) as port:
        yield Remote(mail("127.0.0.1", port, "none", "Sparekey <sparekey@acme.example>"), things, check)


REMOTES = {"terminal": on_a_terminal, "files": in_a_folder, "mail": in_a_mailbox}


@pytest.fixture(params=sorted(REMOTES))
def remote(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Remote]:
    with REMOTES[request.param](tmp_path) as found:
        yield found


# what makes a text inert -----------------------------------------------------------------------------------------


def visible(text: str) -> None:
    """No control sequence, nothing that turns or hides text."""
    assert [one for one in text if not one.isprintable() and one not in "\n\u2060"] == []


def no_link(text: str) -> None:
    """No address that a reader would make a link of by itself."""
    assert "http://x" not in text and "www.x" not in text


def inert_markdown(text: str) -> None:
    visible(text)
    _, head, body = text.split("---\n", 2)
    assert set(YAML(typ="safe").load(head)) <= {"key", "kind", "when", "to", "status"}
    outside_code = re.sub(r"`[^`\n]+`", "", body)
    no_link(outside_code)
    assert "@" not in outside_code.replace("@\u2060", "")
    tokens = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(body)
    assert all(MARK.fullmatch(token.content) for token in tokens if token.type == "html_block")
    inline = {child.type for token in tokens for child in token.children or ()}
    assert ({token.type for token in tokens} | inline) <= BLOCKS | INLINE


MARK = re.compile(r"<!-- [\w-]+ -->\n?")
BLOCKS = {"html_block", "inline"} | {
    f"{one}_{end}" for one in ("heading", "paragraph", "bullet_list", "list_item") for end in ("open", "close")
}
INLINE = {
    "text", "text_special", "code_inline", "softbreak", "hardbreak", "strong_open", "strong_close", "em_open", "em_close",
}  # fmt: skip


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[tuple[str, tuple[str, ...]]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add((tag, tuple(name for name, _ in attrs)))


HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted", "MIME-Version", "Content-Type",
}  # fmt: skip


def inert_mail(to: str, one: EmailMessage) -> None:
    assert set(one.keys()) <= HEADERS
    assert len(one.keys()) == len(set(one.keys()))
    assert [address.addr_spec for address in one["To"].addresses] == [to]
    for text in (one["Subject"], one["To"].addresses[0].display_name, said(one, "plain"), said(one, "html")):
        visible(text)
    no_link(said(one, "plain") + said(one, "html"))
    tags = Tags()
    tags.feed(said(one, "html"))
    assert tags.seen <= {("html", ("lang",))} | {
        (tag, ()) for tag in ("body", "h2", "h3", "p", "ul", "li", "code", "hr")
    }
    assert [part.get_content_type() for part in one.walk()] == ["multipart/alternative", "text/plain", "text/html"]


def said(one: EmailMessage, kind: str) -> str:
    part = one.get_body((kind,))
    assert part is not None
    content = part.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")


# what it declares ------------------------------------------------------------------------------------------------


def test_it_declares_what_it_takes_how_and_for_how_long(remote: Remote) -> None:
    sink = remote.sink
    assert sink.markup in get_args(Markup)
    assert sink.takes and sink.takes <= set(get_args(Told))
    assert 0 < sink.timeout <= 120
    assert isinstance(sink.lists, bool)


def test_it_says_where_messages_go_in_one_line(remote: Remote) -> None:
    told = remote.sink.describe()
    assert told and "\n" not in told


# once ------------------------------------------------------------------------------------------------------------


def made(remote: Remote, what: Told = "task", **more: object) -> Message:
    message = speech.MAKES[what](remote.sink.markup)
    return replace(message, **{"to": message.to[:1], **more})  # type: ignore[arg-type]


@pytest.mark.parametrize("what", get_args(Told))
def test_a_message_arrives_whole(remote: Remote, what: Told) -> None:
    message = made(remote, what)
    remote.sink.send(message)
    (thing,) = remote.things()
    words = " ".join(thing.split())
    for _, text in message.parts:
        assert " ".join(text.split()) in words
    assert message.answers.split("\n")[0] in words and message.footer in words
    remote.check()


def test_the_same_key_again_is_one_thing_where_the_remote_can_tell(remote: Remote) -> None:
    message = made(remote)
    first = remote.sink.send(message)
    assert remote.sink.send(replace(message, at=message.at + HOUR, title="Another title")) == first
    things = remote.things()
    assert len(things) == (2 if isinstance(remote.sink, type(terminal(io.StringIO()))) else 1)
    assert not remote.sink.lists or "Another title" not in things[0]


def test_two_keys_are_two_things(remote: Remote) -> None:
    ids = {remote.sink.send(made(remote, key=key)) for key in ("A-1", "A-2", "a/1", "a 1", "../A-1")}
    assert len(ids) == len(remote.things()) == 5


def test_what_was_written_is_found_by_its_key_since_it_was_written(remote: Remote) -> None:
    message = made(remote)
    assert remote.sink.find(message.key, 0) == []
    id_ = remote.sink.send(message)
    remote.sink.send(made(remote, key="A-other"))
    found = [id_] if remote.sink.lists else []
    assert remote.sink.find(message.key, message.at) == found
    assert remote.sink.find(message.key, message.at - DAY) == found
    assert remote.sink.find(message.key, message.at + HOUR) == []


def test_a_note_is_added_once(remote: Remote) -> None:
    """Which a terminal cannot tell, and a mailbox tells by the Message-ID."""
    id_ = remote.sink.send(made(remote))
    note = speech.of(
        joined_text(
            "Title", speech.finding(), speech.rules()["area-single-carrier"], speech.speaker(remote.sink.markup)
        ),
        "N-1",
    )
    remote.sink.note(id_, note)
    before = remote.things()
    remote.sink.note(id_, note)
    after = remote.things()
    assert "".join(after).count("One more sign") == (2 if not remote.sink.lists and len(after) > len(before) else 1)
    remote.sink.note(id_, replace(note, key="N-2"))
    assert "".join(remote.things()).count("One more sign") == "".join(after).count("One more sign") + 1
    remote.check()


def test_closing_again_changes_nothing_where_the_remote_can_tell(remote: Remote) -> None:
    id_ = remote.sink.send(made(remote))
    closing = speech.of(withdrawn_text("Title"), "N-9")
    remote.sink.close(id_, closing)
    once = remote.things()
    assert "this was not so" in " ".join("".join(once).split())
    remote.sink.close(id_, closing)
    if remote.sink.lists:
        remote.sink.close(id_, replace(closing, key="N-10"))
        assert remote.things() == once
    remote.check()


@pytest.mark.parametrize(
    "id_", ["", "../../etc/passwd", "tasks/../../x.md", "nudges/A-1.md", "tasks/none.md", "a@b\r\nBcc: x@y.example"]
)
def test_a_note_on_what_was_never_written_is_refused_or_harmless(remote: Remote, id_: str) -> None:
    note = speech.of(withdrawn_text("Title"), "N-1")
    try:
        remote.sink.note(id_, note)
    except Rejected:
        assert remote.things() == []
    remote.check()


# hostile texts ---------------------------------------------------------------------------------------------------

HOSTILE = {
    "terminal": "\x1b[31mred\x1b[0m\x1b]8;;http://x.example\x07a\x9b2J\x07\x08\x00",
    "bidi and hidden": "a\u202eb\u2066c\u200bd\u061ce\ufefff",
    "mentions": "@ada @acme/team <!channel> <@U123> [~ada]",
    "markdown": "`` ` `*a* __b__ ~~c~~ [x](http://x.example) ![x](http://x.example/p.png) # h > q | t |",
    "html": "<script>alert(1)</script><img src=http://x.example/p.png onerror=alert(1)><!-- N-1 --> &lt;b&gt;",
    "addresses": "http://x.example https://x.example www.x.example",
    "lines": "a\r\nBcc: x@y.example\r\n\r\nbody\u2028b\u0085c\n---\nstatus: closed\n---\n# h\n- [x] i",
    "a file's head": '"\n---\n- !!python/object/apply:os.system ["true"]\n---',
    "smtp": "a\r\n.\r\nMAIL FROM:<x@y.example>\r\n.\n.\r",
    "words in another encoding": "=?utf-8?q?a=0D=0ABcc:_x=40y.example=E2=80=AE?= =?utf-8?b?PHNjcmlwdD4=?=",
    "a name in quotes": 'a "b" \\ , <x@y.example>, c@d.example; e: (f) and so on until the header has to be folded',
    "half a character": "\ud800 \udfff \udc80",
    "10,000 characters": "x" * 10_000 + "http://x.example",
    "10,000 words": "y " * 10_000,
    "nothing": "",
    "a brace": "{area} {{x}} %s ${x}",
}  # fmt: skip


@pytest.mark.parametrize("what", get_args(Told))
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_text_from_outside_is_inert_through_the_words_of_a_message(remote: Remote, what: Told, text: str) -> None:
    """An area, a change and every person are called so."""
    names = dict.fromkeys(speech.NAMES, text)
    message = speech.MAKES[what](remote.sink.markup, text, names)
    remote.sink.send(replace(message, to=message.to[:1]))
    assert len(remote.things()) == 1
    assert len(remote.things()[0]) < 12_000
    remote.check()


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_key_a_title_and_a_name_do_no_harm_even_as_they_came(remote: Remote, text: str) -> None:
    """Names come to a sink straight from the people tables; a title that nobody made harmless ends no header and no line."""
    raw = text.replace("[", "(").replace("<", "(").replace("!", "").replace("http://x", "x").replace("www.x", "x")
    raw = raw.replace("`", "").replace("~", "").replace("@", "").replace("https://x", "x")
    message = made(
        remote,
        key=text,
        title=raw,
        to=(Recipient(text, text.replace("http://x", "x").replace("www.x", "x"), "mara@example.org"),),
    )
    remote.sink.send(message)
    id_ = remote.sink.send(message)
    remote.sink.note(id_, speech.of(withdrawn_text(raw), text))
    assert remote.things()
    remote.check()


def test_a_message_about_nothing_is_still_a_message(remote: Remote) -> None:
    """A finding without counts, a template without a word."""
    empty = Message("A-0", "task", (MARA,), "", (("", ""), ("Why now", "")), speech.AT)
    remote.sink.send(empty)
    assert len(remote.things()) == 1
    remote.check()
