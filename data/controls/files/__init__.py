"""Proofs as bytes: checked, stored, read, packed; no database."""
