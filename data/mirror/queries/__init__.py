"""What is read of the mirror: of the viewer's organisation, or for the jobs."""
