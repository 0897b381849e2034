"""The journal, what is decided from it, and what is sent."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("n", WHOLE, autoincrement=True, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("did", sa.Text(), nullable=False),
        sa.Column("on_what", sa.Text(), server_default="", nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("n"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "backfills",
        sa.Column("run", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("ws", WHOLE, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("since", WHOLE, server_default="0", nullable=False),
        sa.Column("cut_at", WHOLE, server_default="0", nullable=False),
        sa.Column("started_at", WHOLE, nullable=False),
        sa.Column("ended_at", WHOLE, server_default="0", nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("seen", WHOLE, server_default="0", nullable=False),
        sa.Column("added", WHOLE, server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("run"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "baselines",
        sa.Column("ws", WHOLE, autoincrement=False, nullable=False),
        sa.Column("as_of", WHOLE, autoincrement=False, nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=True),
        sa.Column("meanings", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("ws", "as_of"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "budget",
        sa.Column("person", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("n", WHOLE, autoincrement=False, nullable=False),
        sa.Column("until", WHOLE, nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person", "kind", "n"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "checkpoints",
        sa.Column("ws", WHOLE, autoincrement=False, nullable=False),
        sa.Column("number", WHOLE, autoincrement=False, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=True),
        sa.Column("decided_seq", WHOLE, nullable=False),
        sa.Column("rules_hash", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("made_at", WHOLE, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("ws", "number"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "cursors",
        sa.Column("source", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("stream", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Text(), server_default="", nullable=False),
        sa.Column("watermark", WHOLE, server_default="0", nullable=False),
        sa.Column("etag", sa.Text(), server_default="", nullable=False),
        sa.Column("at", WHOLE, server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("source", "stream"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "dead_letters",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("ws", WHOLE, nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), server_default="", nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("status", sa.Text(), server_default="open", nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("dead_letters_at", "dead_letters", ["at"], unique=False)
    op.create_table(
        "deliveries",
        sa.Column("action", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("attempt", WHOLE, autoincrement=False, nullable=False),
        sa.Column("started", WHOLE, nullable=False),
        sa.Column("ended", WHOLE, server_default="0", nullable=False),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("action", "attempt"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "erasures",
        sa.Column("hash", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("hash"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "findings",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("ws", WHOLE, nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("meaning", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), server_default="", nullable=False),
        sa.Column("case_id", sa.Text(), server_default="", nullable=False),
        sa.Column("ordinal", WHOLE, nullable=False),
        sa.Column("opened_at", WHOLE, nullable=False),
        sa.Column("resolved_at", WHOLE, server_default="0", nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("interval", WHOLE, nullable=False),
        sa.Column("told", WHOLE, server_default="0", nullable=False),
        sa.Column("confidence", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("findings_interval", "findings", ["ws", "interval"], unique=False)
    op.create_index("findings_status", "findings", ["ws", "status", "opened_at"], unique=False)
    op.create_table(
        "identities",
        sa.Column("source", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("account", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", "account"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "journal",
        sa.Column("ws", WHOLE, autoincrement=False, nullable=False),
        sa.Column("seq", WHOLE, autoincrement=False, nullable=False),
        sa.Column("event_key", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("received_at", WHOLE, nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("codec", WHOLE, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("ws", "seq"),
        sa.UniqueConstraint("event_key"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("journal_at", "journal", ["ws", "at"], unique=False)
    op.create_table(
        "meta",
        sa.Column("name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mutes",
        sa.Column("person", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("scope", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("until", WHOLE, server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("person", "scope"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "offsets",
        sa.Column("topic", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("partition", WHOLE, autoincrement=False, nullable=False),
        sa.Column("next_offset", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("topic", "partition"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outbox",
        sa.Column("action", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("ws", WHOLE, nullable=False),
        sa.Column("finding", sa.Text(), server_default="", nullable=False),
        sa.Column("case_id", sa.Text(), server_default="", nullable=False),
        sa.Column("rule", sa.Text(), server_default="", nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("sink", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("send", sa.Text(), server_default="now", nullable=False),
        sa.Column("planned_at", WHOLE, nullable=False),
        sa.Column("not_before", WHOLE, server_default="0", nullable=False),
        sa.Column("good_until", WHOLE, server_default="0", nullable=False),
        sa.Column("lease", sa.Text(), server_default="", nullable=False),
        sa.Column("lease_until", WHOLE, server_default="0", nullable=False),
        sa.Column("epoch", WHOLE, server_default="0", nullable=False),
        sa.Column("attempts", WHOLE, server_default="0", nullable=False),
        sa.Column("ended_at", WHOLE, server_default="0", nullable=False),
        sa.Column("remote", sa.Text(), server_default="", nullable=False),
        sa.Column("bundled", sa.Text(), server_default="", nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("action"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("outbox_finding", "outbox", ["finding"], unique=False)
    op.create_index("outbox_waiting", "outbox", ["ws", "status", "not_before"], unique=False)
    op.create_table(
        "outbox_people",
        sa.Column("person", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("action", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("role", sa.Text(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("person", "action", "role"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "paths",
        sa.Column("ws", WHOLE, autoincrement=False, nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("ws", "id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "people",
        sa.Column("person", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("handle", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("mail", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.Text(), server_default="known", nullable=False),
        sa.PrimaryKeyConstraint("person"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reconciles",
        sa.Column("source", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("hook", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("checked_until", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("source", "hook"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sinks",
        sa.Column("sink", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("open_until", WHOLE, server_default="0", nullable=False),
        sa.Column("failures", WHOLE, server_default="0", nullable=False),
        sa.Column("tokens", WHOLE, server_default="0", nullable=False),
        sa.Column("tokens_at", WHOLE, server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("sink"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "workspaces",
        sa.Column("ws", WHOLE, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", WHOLE, server_default="0", nullable=False),
        sa.Column("appended_seq", WHOLE, server_default="0", nullable=False),
        sa.Column("decided_seq", WHOLE, server_default="0", nullable=False),
        sa.Column("decided_at", WHOLE, server_default="0", nullable=False),
        sa.Column("decided_key", sa.LargeBinary(), nullable=True),
        sa.Column("checkpoint", WHOLE, server_default="0", nullable=False),
        sa.Column("next_due_at", WHOLE, server_default="0", nullable=False),
        sa.Column("live_from", WHOLE, server_default="0", nullable=False),
        sa.Column("stale_since", WHOLE, server_default="0", nullable=False),
        sa.Column("rules_hash", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("status_why", sa.Text(), server_default="", nullable=False),
        sa.Column("status_at", WHOLE, server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("ws"),
        sa.UniqueConstraint("name"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
