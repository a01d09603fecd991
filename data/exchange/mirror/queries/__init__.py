"""Query the mirror, for a viewer's organisation or for jobs."""
