"""Change the mirror, in the caller's transaction unless stated otherwise."""
