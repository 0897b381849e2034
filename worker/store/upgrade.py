"""Versions of the schema: which one a file has, and the way to the newest.

Owns the order of the versions; each step is a file under `migrations/versions`. Alembic runs them, and only when
needed.
"""

from pathlib import Path

from sqlalchemy import Connection, text

OLDER = ("0001", "0002")
NEWEST = "0003"


def version_of(connection: Connection) -> str:
    """'' where no version is written: a file of something else, or an empty one."""
    known = connection.execute(text("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")).scalar()
    if known is None:
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def to_newest(connection: Connection, until: str = NEWEST) -> None:
    """Runs every step that the file lacks, in one transaction."""
    from alembic import command  # 0.2 s of import that a start without an upgrade does not need
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    connection.rollback()
    with connection.begin():
        command.upgrade(config, until)
