"""The service: command line, configuration, wiring, and everything that touches the world."""
