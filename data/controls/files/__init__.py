"""Proofs as octets: judged, kept, read, packed; no database."""
