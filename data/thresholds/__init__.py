"""Limits on consumption: judged by gas day, replayed when data change, told once."""
