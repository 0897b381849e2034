"""Backtests: rules over a past, with dispatch beside them, in memory. Nothing is stored, nothing is sent."""
