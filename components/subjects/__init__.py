"""One's own data, and what who runs the portal answers for."""
