"""Webhook connections by kind: how a delivery is verified and what it becomes.

Owns the literal table. Adding a kind is its two functions here and its route.
"""

from connectors.github.normalise import events
from connectors.github.signature import verified
from worker.config import secrets
from worker.config.load import Configuration
from worker.config.sparekey import Source
from worker.http.deliveries import Connection

GITHUB_BYTES = 25_000_000


def connections(configuration: Configuration) -> dict[str, Connection]:
    """Every source that sends by itself, by its name. Raises ConfigError where a secret is missing."""
    settings = configuration.settings
    return {
        name: _github(name, said, settings.workspace)
        for name, said in settings.sources.items()
        if said.kind == "github"
    }


def _github(name: str, said: Source, workspace: str) -> Connection:
    found = secrets.read(said.secret_env, said.secret_file, f"sources: {name}")
    return Connection(
        name=name,
        kind="github",
        secrets=tuple(secret.reveal() for secret in found),
        repositories=frozenset(said.repositories),
        workspace=workspace,
        verify=verified,
        events=events,
        most_bytes=GITHUB_BYTES,
    )
