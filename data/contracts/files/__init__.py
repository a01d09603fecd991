"""Contract documents as bytes: drawn, sealed, amended, checked; no database."""
