"""What people said about a rule's messages, apart from the tasks: for its precision.

What tasks, drafts and the audit log still hold of it is taken over.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

ANSWERED = """
INSERT INTO judgements (action, side, ws, rule, meaning, says, at)
SELECT tasks.task, 'reader', tasks.ws, tasks.rule, findings.meaning, tasks.answer, tasks.answered_at
FROM tasks JOIN findings ON findings.id = tasks.finding WHERE tasks.answer <> ''
"""
REFUSED = """
INSERT INTO judgements (action, side, ws, rule, meaning, says, at)
SELECT outbox.action, 'reviewer', outbox.ws, outbox.rule, findings.meaning, 'refused', outbox.ended_at
FROM outbox JOIN findings ON findings.id = outbox.finding
WHERE outbox.status = 'rejected' AND outbox.why LIKE 'refused: %'
"""
APPROVED = """
INSERT INTO judgements (action, side, ws, rule, meaning, says, at)
SELECT outbox.action, 'reviewer', outbox.ws, outbox.rule, findings.meaning, 'approved', MAX(audit.at)
FROM audit JOIN outbox ON outbox.action = audit.on_what JOIN findings ON findings.id = outbox.finding
WHERE audit.did = 'approve' AND audit.why = '' AND NOT (outbox.status = 'rejected' AND outbox.why LIKE 'refused: %')
GROUP BY outbox.action, outbox.ws, outbox.rule, findings.meaning
"""


def upgrade() -> None:
    op.create_table(
        "judgements",
        sa.Column("action", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("side", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("ws", WHOLE, nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("meaning", sa.Text(), nullable=False),
        sa.Column("says", sa.Text(), nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("action", "side"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    for statement in (ANSWERED, REFUSED, APPROVED):
        op.execute(statement)
