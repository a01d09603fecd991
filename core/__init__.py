"""What has no business word in it; imports nothing of the portal outside this package."""
