"""What proof controls decide, without a database or a clock."""
