"""What the portal looks like: builders that turn plain values into components."""
