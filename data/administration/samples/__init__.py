"""The invented delivery point of an account that has none yet (ADR 0074)."""
