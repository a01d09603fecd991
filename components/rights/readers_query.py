"""Build the addresses of the readers page: search, pages, answer and a reader's operation."""

from urllib.parse import urlencode

PATH = "/droits/lecteurs"


def list_query(text: str = "", at: int = 1, reads: int = 1) -> str:
    """Return the query string: search, page of the rights, page of the access log."""
    query = {
        **({"q": text} if text else {}),
        **({"page": str(at)} if at > 1 else {}),
        **({"reads": str(reads)} if reads > 1 else {}),
    }
    return urlencode(query)


def list_address(text: str = "", at: int = 1, reads: int = 1) -> str:
    return _at(list_query(text, at, reads))


def act_address(act: str, *, right: str = "", who: int | None = None, text: str = "") -> str:
    """Return the address of an answer, which preserves the search."""
    chosen = {"right": right} if right else {"who": str(who)}
    return _at(urlencode({"act": act, **chosen, **({"q": text} if text else {})}))


def read_address(read: int, text: str = "") -> str:
    """Return the address of the PCEs of one access."""
    return _at(urlencode({"act": "read", "read": str(read), **({"q": text} if text else {})}))


def _at(query: str) -> str:
    return f"{PATH}?{query}" if query else PATH
