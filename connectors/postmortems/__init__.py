"""Incident postmortems in Markdown as a source. Text is read in memory and dropped."""
