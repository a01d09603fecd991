"""Signatures of sites (change point models), weather correction and yearly breakdown."""
