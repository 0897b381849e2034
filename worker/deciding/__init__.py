"""Deciding: folding events into state with the pure engine, in memory here, from the journal in the service."""
