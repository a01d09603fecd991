"""Decisions about readings and how they are shown: pure, time comes in as an argument."""
