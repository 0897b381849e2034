"""The command line: a file a command, a file a screen."""
