"""Components with no feature's word in them; each is accessible on its own."""
