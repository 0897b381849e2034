"""Configuration files: sparekey.yml, areas.yml, people.yml. Unknown keys fail; all errors at once, with their place."""
