"""What an organisation means to burn or to spend in twelve months, and where it stands."""
