"""Personal data: access, erasure and retention."""
