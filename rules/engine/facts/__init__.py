"""Facts: what many events add up to, a file an entity. `registry.py` names every fold and read."""
