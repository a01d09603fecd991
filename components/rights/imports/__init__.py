"""Import of declarations by steps: file, columns, check, confirmation, follow-up."""
