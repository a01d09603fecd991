"""The digital contract of an organisation: prepared, signed, sealed, amended, ended."""
