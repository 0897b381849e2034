"""Who knows what: the ledger, who can carry an area, whom to ask, and areas proposed for a repository. Imports the model only."""
