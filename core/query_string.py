"""Write the query string of an address."""

from collections.abc import Mapping
from urllib.parse import urlencode


def query_string(pairs: Mapping[str, object], mark: str = "?", *, safe: str = "") -> str:
    """Return `pairs` that have a value as a query string after `mark`; "" without any."""
    query = urlencode({name: value for name, value in pairs.items() if value}, safe=safe)
    return f"{mark}{query}" if query else ""
