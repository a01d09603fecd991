"""Attestations of OPERAT: the file that each yearly declaration returns."""
