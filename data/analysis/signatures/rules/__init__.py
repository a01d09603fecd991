"""Rules of signatures: pure, vectorised."""
