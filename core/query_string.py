"""Write the query string of an address."""

from collections.abc import Mapping
from urllib.parse import urlencode


def query_string(pairs: Mapping[str, object], mark: str = "?", *, safe: str = "") -> str:
    """*pairs* that have a value, after *mark*; empty where none has."""
    query = urlencode({name: value for name, value in pairs.items() if value}, safe=safe)
    return f"{mark}{query}" if query else ""
