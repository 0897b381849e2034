"""What is kept: journal, checkpoints, findings, outbox, people. Every other room of the service meets here."""
