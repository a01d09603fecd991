"""A file of declarations, step by step: file, columns, check, confirmation, follow-up."""
