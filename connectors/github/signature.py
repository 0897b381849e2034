"""Whether a delivery came from somebody who knows the secret.

Owns the check of `X-Hub-Signature-256`: HMAC-SHA256 over the raw bytes, before anything reads them. Source: GitHub's
page 'Validating webhook deliveries'.
"""

import hmac
from collections.abc import Sequence

PREFIX = "sha256="


def verified(secrets: Sequence[str], header: str, body: bytes) -> bool:
    """Whether the header is the signature of the body under one of the secrets; two while one is being replaced.

    Every secret is tried, in constant time, so that nothing is told by how long it takes.
    """
    given = header.encode("utf-8", "replace")
    found = False
    for secret in secrets:
        wanted = (
            PREFIX.encode() + hmac.new(secret.encode("utf-8", "surrogateescape"), body, "sha256").hexdigest().encode()
        )
        found = hmac.compare_digest(wanted, given) or found
    return found
