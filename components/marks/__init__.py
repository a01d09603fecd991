"""Screens of annotations, saved views and shared links."""
