"""What the readers' log says that somebody did, in words: only what they did."""

from collections.abc import Mapping

from i18n import N_, _

SEEN, EXPORTED = "consumption.read", "consumption.exported"
PUBLISHED, CONTRACTUAL, TECHNICAL = (
    "published.exported",
    "contractual.exported",
    "technical.exported",
)
_WORDS: Mapping[str, str] = {
    SEEN: N_("a lu les consommations"),
    EXPORTED: N_("a exporté les consommations"),
    PUBLISHED: N_("a exporté les consommations facturées"),
    CONTRACTUAL: N_("a exporté les données du contrat"),
    TECHNICAL: N_("a exporté les données du compteur"),
}


def did(action: str) -> str:
    """*action* of the log as its holder reads it."""
    return _(_WORDS.get(action, action))
