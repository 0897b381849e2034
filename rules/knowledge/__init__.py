"""Who knows what: the ledger, who can carry an area, whom to ask, areas proposed. Imports the model only."""
