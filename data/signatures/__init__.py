"""How a site answers the cold: its signature, what it corrects, and why a year differs."""
