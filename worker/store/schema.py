"""The tables, for SQLite and PostgreSQL alike.

Owns names, keys and types. Times are whole microseconds since 1970, UTC; ids are text; bodies are msgpack. What a
table is for and how long its rows are kept is docs/operations.md's; statements are in the files beside this one.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()

Whole = BigInteger().with_variant(Integer(), "sqlite")
"""64 bits on both databases; STRICT tables of SQLite know the name INTEGER only."""


def _table(name: str, *columns: Column[object] | Index, clustered: bool = True) -> Table:
    """`clustered`: the rows live in the index of their key (SQLite)."""
    return Table(name, metadata, *columns, sqlite_strict=True, sqlite_with_rowid=not clustered)


def _key(name: str, type_: object = Text) -> Column[object]:
    return Column(name, type_, primary_key=True, nullable=False, autoincrement=False)  # type: ignore[arg-type]  # type or instance


def _text(name: str, default: str | None = "") -> Column[object]:
    """None: nothing stands for a missing value, so the column must be given."""
    return Column(name, Text, nullable=False, server_default=default)


def _whole(name: str, default: str | None = "0") -> Column[object]:
    return Column(name, Whole, nullable=False, server_default=default)


def _bytes(name: str, nullable: bool = False) -> Column[object]:
    return Column(name, LargeBinary, nullable=nullable)


# the workspace and its journal ---------------------------------------------------------------------------------

workspaces = _table(
    "workspaces",
    _key("ws", Whole),
    Column("name", Text, nullable=False, unique=True),
    _whole("version"),  # compared and set by every commit that changes decided state
    _whole("appended_seq"),
    _whole("decided_seq"),
    _whole("decided_at"),  # how far time has come
    _bytes("decided_key", nullable=True),  # order key of the newest decided event
    _whole("checkpoint"),  # number of the newest checkpoint
    _whole("next_due_at"),
    _whole("live_from"),  # findings that opened before are silent
    _whole("stale_since"),  # oldest event that arrived too late to go back to; 0: none
    _text("rules_hash"),
    _text("status", "active"),  # active, warming, paused
    _text("status_why"),
    _whole("status_at"),
)
journal = _table(
    "journal",
    _key("ws", Whole),
    _key("seq", Whole),
    Column("event_key", LargeBinary, nullable=False, unique=True),  # hash of workspace and event id
    _text("kind", None),
    _whole("at", None),
    _whole("received_at", None),
    _text("origin", None),  # live, poll, backfill, answer, admin, config, engine-fact
    _whole("codec", None),
    _bytes("body"),
    Index("journal_at", "ws", "at"),
)
paths = _table("paths", _key("ws", Whole), _key("id", Whole), _text("path", None))
checkpoints = _table(
    "checkpoints",
    _key("ws", Whole),
    _key("number", Whole),
    _whole("at", None),  # the watermark of the state
    _bytes("mark", nullable=True),
    _whole("decided_seq", None),
    _text("rules_hash", None),
    _text("digest", None),
    _whole("made_at", None),
    _bytes("body"),
    clustered=False,
)
baselines = _table(
    "baselines",
    _key("ws", Whole),
    _key("as_of", Whole),
    _bytes("mark", nullable=True),
    _bytes("meanings"),  # rule → meaning: the part of a rule that changed since is dropped when it is loaded
    _bytes("body"),
    clustered=False,
)

# what was concluded and what is to be done ----------------------------------------------------------------------

findings = _table(
    "findings",
    _key("id"),
    _whole("ws", None),
    _text("rule", None),
    _text("meaning", None),
    _text("subject", None),  # the key's parts, joined by a comma
    _text("area"),
    _text("case_id"),
    _whole("ordinal", None),
    _whole("opened_at", None),
    _whole("resolved_at"),
    _text("status", None),  # open, resolved, withdrawn
    _text("mode", None),  # silent, ask or live when it opened
    _whole("interval", None),  # number of the checkpoint after which it opened
    _whole("told"),
    _text("confidence", None),
    _bytes("body"),
    Index("findings_interval", "ws", "interval"),
    Index("findings_status", "ws", "status", "opened_at"),
)
outbox = _table(
    "outbox",
    _key("action"),
    _whole("ws", None),
    _text("finding"),
    _text("case_id"),
    _text("rule"),
    _text("verb", None),  # task, comment, nudge, digest, close, retract
    _text("sink"),  # chosen when it is leased
    _text("status", None),  # draft, planned, leased, unknown; ended: sent, rejected, withdrawn, expired, digest
    _text("why"),  # of an ending, or of waiting
    _text("send", "now"),
    _whole("planned_at", None),
    _whole("not_before"),
    _whole("good_until"),  # 0: does not expire
    _text("lease"),
    _whole("lease_until"),
    _whole("epoch"),
    _whole("attempts"),
    _whole("ended_at"),
    _text("remote"),
    _text("bundled"),  # the digest that told it
    _bytes("body"),
    Index("outbox_waiting", "ws", "status", "not_before"),
    Index("outbox_finding", "finding"),
)
outbox_people = _table("outbox_people", _key("person"), _key("action"), _key("role"))
deliveries = _table(
    "deliveries",
    _key("action"),
    _key("attempt", Whole),
    _whole("started", None),
    _whole("ended"),
    _text("outcome"),  # sent, later, rejected, ambiguous; '' while it lasts
    _text("detail"),
)
budget = _table("budget", _key("person"), _key("kind"), _key("n", Whole), _whole("until", None), _text("action", None))
sinks = _table("sinks", _key("sink"), _whole("open_until"), _whole("failures"), _whole("tokens"), _whole("tokens_at"))
tasks = _table(
    "tasks",
    _key("task"),
    _whole("ws", None),
    _text("finding"),
    _text("case_id"),
    _text("rule"),
    _text("area"),
    _text("owner"),
    _text("sink"),
    _text("remote"),
    _whole("opened_at", None),
    _text("answer"),
    _whole("answered_at"),
    _whole("until"),
    _text("status", "open"),  # open, snoozed, closed
)
rule_modes = _table(
    "rule_modes",
    _key("ws", Whole),
    _key("rule"),
    _text("meaning", None),
    _text("mode", None),
    _text("who", None),
    _whole("at", None),
)
judgements = _table(
    "judgements",
    _key("action"),
    _key("side"),  # reader: whoever got it; reviewer: whoever saw its draft
    _whole("ws", None),
    _text("rule", None),
    _text("meaning", None),  # of its finding, when it was judged
    _text("says", None),  # an answer's word, or approved, refused
    _whole("at", None),
)

# where reading stands, and what could not be read ---------------------------------------------------------------

cursors = _table(
    "cursors", _key("source"), _key("stream"), _text("position"), _whole("watermark"), _text("etag"), _whole("at")
)
backfills = _table(
    "backfills",
    _key("run"),
    _whole("ws", None),
    _text("source", None),
    _whole("since"),
    _whole("cut_at"),
    _whole("started_at", None),
    _whole("ended_at"),
    _text("status", None),  # running, done, failed
    _whole("seen"),
    _whole("added"),
)
reconciles = _table("reconciles", _key("source"), _key("hook"), _whole("checked_until", None))
dead_letters = _table(
    "dead_letters",
    _key("id"),
    _whole("ws", None),
    _text("stage", None),  # intake, normalise
    _text("source", None),
    _text("ref"),
    _text("error", None),
    _whole("at", None),
    _text("status", "open"),  # open, retried
    _bytes("payload", nullable=True),
    Index("dead_letters_at", "at"),
)

# people, kept apart from everything else ------------------------------------------------------------------------

people = _table("people", _key("person"), _text("handle"), _text("name"), _text("mail"), _text("status", "known"))
identities = _table("identities", _key("source"), _key("account"), _text("person", None))
preferences = _table("preferences", _key("person"), _key("name"), _text("value", None), _whole("at", None))
mutes = _table("mutes", _key("person"), _key("scope"), _whole("until"))
erasures = _table("erasures", _key("hash"), _whole("at", None))

# pairs as read models, the audit log, and the store itself -------------------------------------------------------

pairs = _table(
    "pairs", _key("pair"), _whole("ws", None), _text("area"), _text("stage"), _whole("started_at"), _whole("ended_at")
)
sessions = _table("sessions", _key("session"), _text("pair", None), _text("stage"), _whole("at", None))
pulses = _table("pulses", _key("pulse"), _text("pair", None), _whole("at", None), _bytes("body"))
audit = _table(
    "audit",
    Column("n", Whole, primary_key=True, autoincrement=True),
    _whole("at", None),
    _text("who", None),
    _text("did", None),
    _text("on_what"),
    _text("why"),
    clustered=False,
)
offsets = _table("offsets", _key("topic"), _key("partition", Whole), _whole("next_offset", None))
meta = _table("meta", _key("name"), _text("value", None))
