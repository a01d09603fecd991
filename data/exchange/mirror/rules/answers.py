"""Interpret an upstream answer by its code (domain.md §4.9) and its form."""

from collections.abc import Mapping

from core.errors import Invalid
from core.i18n import N_
from data.exchange.mirror.types import Meaning, SilenceReason, UpstreamDown

MOST_FAULTS = 1000  # refused lines of one answer; beyond, the answer is wrong as a whole
TOO_MANY = N_("Le distributeur a répondu plus de {most} lignes illisibles : rien n’en est gardé.")
TOO_LONG = N_(
    "Le distributeur a répondu plus de {most} lignes, bien plus qu’il ne lui en était demandé :"
    " rien n’en est gardé."
)
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
    # Codes of this portal: its contract has ended, or the state or perimeter of a right.
    **dict.fromkeys(
        ("9000001", "9000002", "9000003", "9000004", "9000010", "9000011", "9000013"),
        (Meaning.CLOSED, _CLOSED),
    ),
    "9000012": (Meaning.NOTHING, _NOTHING),  # the site injects no gas
    "2000100": (
        Meaning.AGAIN,
        N_("La réponse du distributeur s’est interrompue (code {code}) : elle est redemandée."),
    ),
}
_OTHER = N_("Le distributeur ne donne rien et répond : {reply} (code {code}).")
FORBIDDEN = 403
OF_ACCESS = "9000000403"  # of a portal whose credentials do not allow it
_OF_A_RIGHT = ("1000", "2000")  # prefixes of ADICT codes about one right or one request
_GRAVEST = (Meaning.AGAIN, Meaning.OTHER, Meaning.CLOSED, Meaning.NOTHING)


def gravest(refusals: Mapping[str, str]) -> SilenceReason | None:
    """Return the silence among `refusals`, code and text, that leaves the most to read."""
    silences = (silence_of(*refusal) for refusal in refusals.items())
    return min(silences, key=lambda one: _GRAVEST.index(one.meaning), default=None)


def silence_of(code: str, reply: str) -> SilenceReason:
    """Return the meaning of `code`; `reply` is the upstream message."""
    meaning, sentence = _MEANINGS.get(code, (Meaning.OTHER, _OTHER))
    return SilenceReason(meaning, sentence, code, reply)


def is_of_access(status: int, code: str) -> bool:
    """Return whether the credentials do not allow it, for any right."""
    return status == FORBIDDEN and code not in _MEANINGS and not code.startswith(_OF_A_RIGHT)


def check_faults(faults: int, accepted_count: int = 0) -> None:
    """Raise UpstreamDown when there are too many faults, and more than accepted lines.

    A fleet has many rights: some lines with a new value must not hide all others.
    """
    if faults > max(MOST_FAULTS, accepted_count):
        raise UpstreamDown(TOO_MANY, most=MOST_FAULTS)


def check_lines(lines: int, most: int) -> None:
    """Raise UpstreamDown beyond `most` lines."""
    if lines > most:
        raise UpstreamDown(TOO_LONG, most=most)


def require_read(silence: SilenceReason | None) -> None:
    """Raise UpstreamDown for an interrupted answer, Invalid for an unknown silence.

    The data must then still be read.
    """
    if silence is None or not silence.unread:
        return
    error = UpstreamDown if silence.meaning is Meaning.AGAIN else Invalid
    raise error(silence.sentence, code=silence.code, reply=silence.reply)
