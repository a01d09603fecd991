"""The words of proof controls."""
