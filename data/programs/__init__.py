"""Programs of organisations: what each may do, and how often they call."""
