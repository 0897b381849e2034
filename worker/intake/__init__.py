"""Intake: what sources bring is journalled before anybody is told that it arrived."""
