"""What comes from a browser's authenticator, read and checked."""
