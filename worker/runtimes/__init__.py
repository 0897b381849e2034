"""How the service runs: one process on the embedded default."""
