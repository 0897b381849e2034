"""Words for people: templates, their checking, and what is made harmless before anybody reads it."""
