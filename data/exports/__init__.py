"""Exports: data of many PCEs in a file, kept for some days for viewers who can read them all."""
