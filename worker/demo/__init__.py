"""The demo: a slice of public history, public postmortems, and a small scripted week that is marked as such."""
