"""Outside tools, one folder each. They know the model only, and never each other."""
