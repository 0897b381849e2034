"""A local git clone as a source: no token, no network, nothing run from the clone."""
