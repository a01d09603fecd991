"""The people of an organisation: invited, given a role, cut, and what one leaves to another."""
