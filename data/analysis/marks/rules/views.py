"""Validate a saved view: the address of a page with filters."""

from collections.abc import Mapping
from datetime import date
from urllib.parse import parse_qsl, urlencode, urlsplit

from core.errors import Invalid
from core.i18n import N_
from core.unicode_safety import undirected
from data.metering.consumption.rules.view import read_view
from data.metering.pces.rules import is_number, storable

LONGEST_NAME, LONGEST_QUERY, MOST = 60, 500, 50
PAGES: Mapping[str, str] = {
    "/consommations": N_("Consommations"),
    "/consommations/parc": N_("Parc"),
}
NO_NAME = N_("Donnez un nom à cette vue.")
LONG_NAME = N_("Ce nom est trop long : {most} caractères au plus.")
_NO_VIEW = N_("Cette adresse n’est pas une vue : ouvrez une page, puis enregistrez-la.")
_ANY_DAY = date(2026, 1, 1)
_DROPPED = frozenset({"day", "episode"})  # parameters of open panels, not part of the view


def clean_name(text: str) -> str:
    """Return a name cleaned for storage. Raise Invalid when it is empty or too long."""
    name = " ".join(undirected(storable(text)).split())
    if not name:
        raise Invalid(NO_NAME)
    if len(name) > LONGEST_NAME:
        raise Invalid(LONG_NAME, most=LONGEST_NAME)
    return name


def split_address(address: str) -> tuple[str, str]:
    """Return the path and the query of an address of the portal. Raise Invalid for any other."""
    try:
        parts = urlsplit(storable(address))
    except ValueError:
        raise Invalid(_NO_VIEW) from None
    if parts.scheme or parts.netloc or parts.path not in PAGES:
        raise Invalid(_NO_VIEW)
    words = [(key, text) for key, text in parse_qsl(parts.query) if key not in _DROPPED]
    query = urlencode(words, safe=",")
    if len(query) > LONGEST_QUERY:
        raise Invalid(_NO_VIEW)
    return parts.path, query


def number_in(path: str, query: str) -> str:
    """Return the PCE number of a view; empty for a page that is not of one PCE."""
    if path != "/consommations":
        return ""
    pce_text = str(dict(parse_qsl(query)).get("pce", ""))
    number = read_view({"pce": pce_text}, _ANY_DAY).pce or ""
    return number if is_number(number) else ""


def address_of(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path
