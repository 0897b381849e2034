"""The pure engine: `decide(batch, state, program, now)`. No IO, clock, randomness or logging."""
