"""Files of events as a source: our own event lines, and public histories."""
