"""Check the people to invite of a dossier, line by line."""

import re
from collections.abc import Collection, Iterator

from core.i18n import N_
from data.identity.accounts.rules import address_in

Fault = tuple[str, dict[str, object]]  # a marked sentence and its params
_BETWEEN = re.compile(r"[,;]")
_BAD = N_("Ligne {line} : « {found} » n’est pas une adresse électronique.")
_SIGNER = N_("Ligne {line} : {found} est l’adresse de qui signe, qui a déjà un compte.")
_MEMBER = N_("Ligne {line} : {found} a déjà un compte dans votre organisation.")
_SHOWN = 80


def addresses_in(text: str) -> Iterator[tuple[int, str]]:
    """Yield (line, address) of typed text, split at line ends and commas; lines from 1."""
    for line, words in enumerate(text.splitlines(), start=1):
        yield from ((line, entry.strip()) for entry in _BETWEEN.split(words) if entry.strip())


def faults_in(text: str, signer: str, members: Collection[str]) -> list[Fault]:
    """Return all faults; `members` are the addresses of the organisation's accounts.

    Accounts of other organisations are not looked up, so that their existence stays hidden.
    """
    address_faults = (
        (line, address, _fault(address, signer, members)) for line, address in addresses_in(text)
    )
    return [
        (sentence, {"line": line, "found": address[:_SHOWN]})
        for line, address, sentence in address_faults
        if sentence
    ]


def _fault(text: str, signer: str, members: Collection[str]) -> str:
    email = address_in(text, anywhere=False)
    if email is None or "." not in email.rpartition("@")[2]:
        return _BAD
    if email == signer:
        return _SIGNER
    return _MEMBER if email in members else ""
