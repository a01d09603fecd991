"""What leaves for other systems: sendings to the distributor, webhooks."""
