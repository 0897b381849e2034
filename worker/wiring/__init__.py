"""Which connectors there are. With the command line and the demo the only place that sees them."""
