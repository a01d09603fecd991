"""Whom a dossier may name to be invited: what is wrong, line by line of what was typed."""

import re
from collections.abc import Collection, Iterator

from data.accounts.rules import address_in
from i18n import N_

Fault = tuple[str, dict[str, object]]  # a marked sentence, and what fills it
_BETWEEN = re.compile(r"[,;]")
_BAD = N_("Ligne {line} : « {found} » n’est pas une adresse électronique.")
_SIGNER = N_("Ligne {line} : {found} est l’adresse de qui signe, qui a déjà un compte.")
_MEMBER = N_("Ligne {line} : {found} a déjà un compte dans votre organisation.")
_SHOWN = 80


def addresses_in(text: str) -> Iterator[tuple[int, str]]:
    """(line, address) of what was typed: one a line, or between commas; lines from 1."""
    for line, words in enumerate(text.splitlines(), start=1):
        yield from ((line, one.strip()) for one in _BETWEEN.split(words) if one.strip())


def faults_in(text: str, signer: str, members: Collection[str]) -> list[Fault]:
    """All that is wrong; *members* are the addresses of the organisation's own accounts.

    An account that is elsewhere is not looked for: nobody learns here that it exists.
    """
    found = ((line, one, _fault(one, signer, members)) for line, one in addresses_in(text))
    return [(said, {"line": line, "found": one[:_SHOWN]}) for line, one, said in found if said]


def _fault(text: str, signer: str, members: Collection[str]) -> str:
    email = address_in(text, anywhere=False)
    if email is None or "." not in email.rpartition("@")[2]:
        return _BAD
    if email == signer:
        return _SIGNER
    return _MEMBER if email in members else ""
