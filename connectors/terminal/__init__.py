"""A terminal as a sink: whoever watches the service reads what it says."""
