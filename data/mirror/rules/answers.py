"""What the codes of `statut_restitution` mean to who asked (domain.md §4.9)."""

from collections.abc import Mapping

from data.mirror.types import Meaning, Silence
from i18n import N_

_CLOSED = N_(
    "Le distributeur n’ouvre pas ces données : {reply} (code {code}). Les droits sont comparés à"
    " nouveau au prochain passage."
)
_NOTHING = N_("Le distributeur n’a aucune donnée sur cette période (code {code}) : c’est normal.")
_MEANINGS: Mapping[str, tuple[Meaning, str]] = {
    "1000000": (Meaning.CLOSED, _CLOSED),  # the holder has moved
    "1000001": (Meaning.CLOSED, _CLOSED),  # expired
    "1000002": (Meaning.CLOSED, _CLOSED),  # no right
    "1000008": (Meaning.NOTHING, _NOTHING),
    "1000009": (Meaning.CLOSED, _CLOSED),  # the perimeter excludes published data
    "1000010": (Meaning.CLOSED, _CLOSED),  # the perimeter excludes informative data
    "1000011": (Meaning.CLOSED, _CLOSED),  # the proof is invalid
    "1000014": (Meaning.CLOSED, _CLOSED),  # revoked by the holder
    "9000012": (Meaning.NOTHING, _NOTHING),  # the site injects no gas; this code and the next are
    "9000013": (Meaning.CLOSED, _CLOSED),  # those of a portal: the perimeter excludes injections
    "2000100": (
        Meaning.AGAIN,
        N_("La réponse du distributeur s’est interrompue (code {code}) : elle est redemandée."),
    ),
}
_OTHER = N_("Le distributeur ne donne rien et répond : {reply} (code {code}).")


def silence_of(code: str, reply: str) -> Silence:
    """What *code* means, *reply* being what the other side says of it."""
    meaning, sentence = _MEANINGS.get(code, (Meaning.OTHER, _OTHER))
    return Silence(meaning, sentence, code, reply)
