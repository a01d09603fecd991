"""Marks that people leave: annotations, saved views and shared links."""
