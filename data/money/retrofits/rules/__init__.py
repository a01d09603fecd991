"""Rules of retrofits: pure."""
