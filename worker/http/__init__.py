"""What is served: webhooks, health, metrics."""
