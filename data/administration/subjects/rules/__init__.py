"""Rules of personal data: retention and requests."""
