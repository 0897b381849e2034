"""Facts: what many events add up to, a file an entity. `rows.py` holds the state, `registry.py` names every fold and read."""
