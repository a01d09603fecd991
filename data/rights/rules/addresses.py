"""Check whose an address is: a link identifies the holder only at the holder's address."""

from collections.abc import Collection
from functools import lru_cache

from data.identity.accounts.rules import address_in

# Public mail providers: the domain does not identify the owner of a mailbox.
PUBLIC_DOMAINS = frozenset(
    f"{name}.{end}"
    for names, ends in (
        ("gmail googlemail outlook hotmail live msn yahoo icloud me mac aol gmx mail", "com"),
        ("outlook hotmail live yahoo gmx orange wanadoo free sfr neuf bbox numericable", "fr"),
        ("club-internet aliceadsl", "fr"),
        ("protonmail pm", "com me"),
        ("proton", "me"),
        ("mailo", "com"),
        ("laposte cegetel", "net"),
    )
    for name in names.split()
    for end in ends.split()
)


@lru_cache(maxsize=4096)
def email_of(text: str) -> str | None:
    """Return `address_in(text)`, cached since files repeat addresses and are read three times."""
    return address_in(text)


def mailbox_of(email: str) -> str:
    """Return the mailbox of an address, without a tag after `+`."""
    name, _at, domain = email.lower().rpartition("@")
    return f"{name.partition('+')[0]}@{domain}"


@lru_cache(maxsize=4096)
def belongs(email: str, emails: frozenset[str]) -> bool:
    """Return whether `email` is the mailbox, or in the own domain, of one of `emails`."""
    if reaches(email, emails):
        return True
    domain = email.lower().rpartition("@")[2]
    own = {item.rpartition("@")[2] for item in emails} - PUBLIC_DOMAINS
    return any(domain == item or domain.endswith(f".{item}") for item in own)


def reaches(email: str, emails: Collection[str]) -> bool:
    """Return whether `email` has the same mailbox as one of `emails`."""
    return mailbox_of(email) in set(map(mailbox_of, emails))
