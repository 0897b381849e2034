"""Tests of rules: `.test.yml` files read, played through the engine with a clock of their own, and compared."""
