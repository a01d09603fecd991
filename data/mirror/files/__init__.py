"""What the other side says of a PCE, out of its objects: no database."""
