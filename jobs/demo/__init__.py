"""A seeded demonstration fleet: organisations, users, PCEs and years of readings."""
