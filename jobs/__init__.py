"""What runs on a clock or by an operator."""
