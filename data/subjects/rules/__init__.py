"""What is kept and how long, and what may be asked."""
