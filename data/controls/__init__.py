"""Proof controls: what the distributor asks of a third party, and what it is sent."""
