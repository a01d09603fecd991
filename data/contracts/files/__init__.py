"""The contract as octets: drawn, sealed, amended, checked, compared, proved; no database."""
