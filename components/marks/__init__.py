"""What annotations, kept views and shared links look like."""
