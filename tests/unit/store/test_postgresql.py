"""The schema is PostgreSQL's too: the migrations run on a real server, and make what the tables say.

SPAREKEY_TEST_POSTGRES is an address that psql takes, of a database that may be written; else a server is started for
the test; else this is skipped with the reason. There is no driver yet, so the statements go through psql.
"""

import io
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import postgresql

from worker.store import upgrade
from worker.store.schema import metadata

Psql = Callable[[str], list[str]]
MIGRATIONS = Path(upgrade.__file__).parent / "migrations"


def _program(name: str) -> str | None:
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[::-1]
    return shutil.which(name) or next((str(place / name) for place in places if (place / name).exists()), None)


def _asked(address: str) -> Psql:
    def ask(sql: str) -> list[str]:
        words = ["psql", "--no-psqlrc", "-qAt", "-v", "ON_ERROR_STOP=1", "-d", address]
        done = subprocess.run(words, input=sql, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    return ask


def _as_nobody() -> tuple[list[str], str]:
    """What goes before a command, and whose it is then: a server refuses to be root's."""
    if os.geteuid() != 0:
        return [], ""
    return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"], "nobody"


@pytest.fixture(scope="module")
def psql() -> Iterator[Psql]:
    if shutil.which("psql") is None:
        pytest.skip("psql is not installed")
    if address := os.environ.get("SPAREKEY_TEST_POSTGRES"):
        yield _asked(address)
        return
    initdb, server = _program("initdb"), _program("pg_ctl")
    if initdb is None or server is None:
        pytest.skip("no PostgreSQL is installed, and SPAREKEY_TEST_POSTGRES is not set")
    before, owner = _as_nobody()
    folder = Path(mkdtemp(prefix="pg-"))  # not pytest's: a socket's address may be 107 letters long
    try:
        if owner:
            shutil.chown(folder, owner)
        environment = {**os.environ, "LC_ALL": "C", "HOME": str(folder)}
        said = {"check": True, "stdout": subprocess.DEVNULL, "env": environment, "cwd": folder}
        subprocess.run([*before, initdb, "-D", str(folder / "data"), "-U", "test", "-A", "trust", "--no-sync"], **said)
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        control = [*before, server, "-D", str(folder / "data"), "-w", "-l", str(folder / "log")]
        subprocess.run([*control, "-o", options, "start"], **said)
        try:
            yield _asked(f"host={folder} user=test dbname=postgres")
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], **said)
    finally:
        shutil.rmtree(folder)


def migrations() -> str:
    """What Alembic would run on PostgreSQL, as text."""
    said = io.StringIO()
    scripts = ScriptDirectory(str(MIGRATIONS))
    steps = EnvironmentContext(
        Config(), scripts, as_sql=True, fn=lambda known, _: scripts._upgrade_revs(upgrade.NEWEST, known)
    )
    with steps:
        steps.configure(dialect_name="postgresql", output_buffer=said)
        steps.run_migrations()
    return said.getvalue()


@pytest.fixture(scope="module")
def migrated(psql: Psql) -> Psql:
    psql("DROP SCHEMA IF EXISTS sparekey CASCADE; CREATE SCHEMA sparekey;")
    psql(f"SET search_path = sparekey;\n{migrations()}")
    return psql


def test_the_migrations_make_every_table_as_the_schema_has_it(migrated: Psql) -> None:
    rows = migrated(
        "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns"
        " WHERE table_schema = 'sparekey' AND table_name <> 'alembic_version'"
    )
    assert sorted(rows) == sorted(
        f"{table.name}|{column.name}|{_type(column)}|{'YES' if column.nullable else 'NO'}"
        for table in metadata.sorted_tables
        for column in table.columns
    )


def _type(column: object) -> str:
    said = str(column.type.compile(dialect=postgresql.dialect())).lower()
    return {"bigserial": "bigint"}.get(said, said)


def test_keys_and_indexes_are_the_same(migrated: Psql) -> None:
    """A name of an index that PostgreSQL gave itself is not compared, its columns are."""
    rows = migrated(
        "SELECT t.relname, i.indisprimary, i.indisunique, string_agg(a.attname, ',' ORDER BY k.n)"
        " FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace s ON s.oid = t.relnamespace"
        " CROSS JOIN unnest(i.indkey) WITH ORDINALITY k(attnum, n)"
        " JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum"
        " WHERE s.nspname = 'sparekey' AND t.relname <> 'alembic_version' GROUP BY i.indexrelid, 1, 2, 3"
    )
    expected = []
    for table in metadata.sorted_tables:
        expected.append(f"{table.name}|t|t|{','.join(table.primary_key.columns.keys())}")
        expected += [f"{table.name}|f|f|{','.join(index.columns.keys())}" for index in table.indexes]
        expected += [f"{table.name}|f|t|{column.name}" for column in table.columns if column.unique]
    assert sorted(rows) == sorted(expected)


def test_whole_numbers_hold_64_bits_and_defaults_stand_in(migrated: Psql) -> None:
    most = (1 << 63) - 1
    rows = migrated(
        f"SET search_path = sparekey; INSERT INTO workspaces (ws, name, decided_at) VALUES (1, 'w', {most});"
        " INSERT INTO audit (at, who, did) VALUES (1, 'w', 'd') RETURNING n;"
        " SELECT decided_at, version, status FROM workspaces;"
    )
    assert rows == ["1", f"{most}|0|active"]


def test_the_version_is_written(migrated: Psql) -> None:
    assert migrated("SELECT version_num FROM sparekey.alembic_version") == [upgrade.NEWEST]
