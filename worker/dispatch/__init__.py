"""From planned actions to messages: when, to whom, by which sink, what came of it. Meets deciding in the store."""
