"""Mail as a sink: every message as one mail a person, through one SMTP server."""
