"""Query personal data and nightly deletions."""
