"""One message as one mail to one person: headers, plain text, and the same as HTML.

Owns their form. Nothing in a mail is fetched from anywhere, and nothing from outside is markup. Pure: the same message
gives the same bytes.
"""

import re
import textwrap
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from hashlib import blake2b
from html import escape
from unicodedata import category

from connectors.base import Message, Recipient
from rules.model.times import moment

WIDE, LONGEST_SUBJECT, LONGEST_NAME = 76, 200, 60
_WHOLE = frozenset(("Message-ID", "In-Reply-To", "References", "List-Unsubscribe"))


class _Form(EmailPolicy):
    """Seven bits, which any server carries. Ids stay in one piece: by encoded ones no mailbox finds a thread."""

    def fold_binary(self, name: str, value: str) -> bytes:
        return f"{name}: {value}\r\n".encode("ascii") if name in _WHOLE else super().fold_binary(name, value)


FORM = _Form(linesep="\r\n", cte_type="7bit")
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?=.{1,253}$)[^\W_](?:[^\W_]|[.-])*", re.ASCII)
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_THREAD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}@[A-Za-z0-9.-]{1,253}")
_QUOTED = re.compile(r"`([^`\n]+)`")


def address_of(text: str) -> str:
    """An address that any server takes, its domain in ASCII; '' for what is none."""
    local, _, domain = text.strip().rpartition("@")
    try:
        found = f"{local}@{domain.encode('idna').decode('ascii') if domain else ''}"
    except UnicodeError:
        return ""
    dots = local.startswith(".") or local.endswith(".") or ".." in found or found.endswith((".", "-"))
    return found if _ADDRESS.fullmatch(found) and not dots else ""


def thread(key: str, sender: Address) -> str:
    """What the mails of one message have in common: the part of their Message-ID that follows from key and sender."""
    mark = key if _KEY.fullmatch(key) else "k_" + blake2b(key.encode("utf-8", "replace"), digest_size=12).hexdigest()
    return f"{mark}@{sender.domain}"


def is_thread(text: str) -> bool:
    return bool(_THREAD.fullmatch(text))


def message_id(found: str, to: Recipient) -> str:
    """One for each person, and the same when their address changes."""
    mark, _, domain = found.partition("@")
    person = blake2b((to.person or to.address).encode("utf-8", "replace"), digest_size=4).hexdigest()
    return f"<{mark}.{person}@{domain}>"


def letter(
    message: Message, to: Recipient, sender: Address, unsubscribe: str = "", answers_to: str = ""
) -> EmailMessage:
    """`answers_to`: the thread of the message that this one follows."""
    mail = EmailMessage(policy=FORM)
    subject = _subject(message.title)
    mail["From"] = sender
    mail["To"] = Address(display_name=display_name(to.name), addr_spec=address_of(to.address))
    mail["Subject"] = f"Re: {subject}" if answers_to else subject
    mail["Date"] = format_datetime(moment(message.at))
    mail["Message-ID"] = message_id(thread(message.key, sender), to)
    if answers_to:
        mail["In-Reply-To"] = mail["References"] = message_id(answers_to, to)
    mail["Auto-Submitted"] = "auto-generated"
    if unsubscribe:
        mail["List-Unsubscribe"] = f"<{unsubscribe}>"
        if unsubscribe.startswith("https:"):
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(plain(message))
    mail.add_alternative(html(message), subtype="html")
    mail.set_boundary(blake2b((plain(message) + html(message)).encode(), digest_size=16).hexdigest())
    return mail


def display_name(text: str) -> str:
    """Letters, marks and digits: what needs no quotes, because the library loses them where it folds a header."""
    kept = "".join(one if category(one)[0] in "LMN" or one in "-'’" else " " for one in text)
    return " ".join(kept.split())[:LONGEST_NAME]


def _subject(title: str) -> str:
    """Without backticks, and without '=?', by which words in another encoding begin."""
    bare = line(title).replace("`", "").replace("=?", "= ?")
    return textwrap.shorten(bare, LONGEST_SUBJECT, placeholder="…") or "(no title)"


def line(text: str) -> str:
    """One line that ends no header and hides nothing: titles are harmless already, names are not."""
    return "".join(one for one in " ".join(text.split()) if one.isprintable() or one == "\u2060")


def _lines(text: str) -> list[str]:
    return [found for one in text.split("\n") if (found := line(one))]


def plain(message: Message) -> str:
    said = []
    for heading, text in message.parts:
        said.append("\n".join([line(heading).upper()] * bool(heading) + [_wrapped(one) for one in _lines(text)]))
    said += ["\n".join(["HOW TO ANSWER", *(_wrapped(one) for one in _lines(message.answers))])] * bool(message.answers)
    said += ["\n".join(["--", *(_wrapped(one) for one in _lines(message.footer))])] * bool(message.footer)
    return "\n\n".join(said) + "\n"


def _wrapped(text: str) -> str:
    return textwrap.fill(
        text, WIDE, subsequent_indent="  " * text.startswith("- "), break_on_hyphens=False, break_long_words=False
    )


def html(message: Message) -> str:
    said = []
    for heading, text in message.parts:
        said += [f"<h3>{escape(line(heading))}</h3>"] * bool(heading) + _blocks(text)
    said += ["<h3>How to answer</h3>", *_blocks(message.answers)] if message.answers else []
    said += ["<hr>", *_blocks(message.footer)] if message.footer else []
    title = _inline(line(message.title))
    return f'<!DOCTYPE html>\n<html lang="en"><body>\n<h2>{title}</h2>\n' + "\n".join(said) + "\n</body></html>\n"


def _blocks(text: str) -> list[str]:
    """Paragraphs, and a list where lines begin with '- '."""
    said: list[str] = []
    for one in _lines(text):
        said.append(f"<li>{_inline(one[2:])}</li>" if one.startswith("- ") else f"<p>{_inline(one)}</p>")
    joined = "\n".join(said)
    return (
        re.sub(r"(?:<li>.*</li>\n?)+", lambda found: f"<ul>\n{found[0].rstrip()}\n</ul>\n", joined).rstrip().split("\n")
    )


def _inline(text: str) -> str:
    """Escaped first; the only mark that means something is a pair of backticks."""
    return _QUOTED.sub(r"<code>\1</code>", escape(text))
