"""What answers an HTTP client that is not Dash: forms, downloads, health."""
