"""GitHub as a source: what it sends by webhook. Its API comes with the next step."""
