"""Stations and their days: what the weather was, and how cold that makes a day."""
