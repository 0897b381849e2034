"""Rules files in, typed rules out: loading, checking, packs, schema."""
