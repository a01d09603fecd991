"""Check whose an address is: a link identifies the holder only at the holder's address."""

from collections.abc import Collection
from functools import lru_cache

from data.accounts.rules import address_in

# Anybody may have a mailbox there: the domain says nothing of its owner.
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
    """As `address_in`: a file says the same addresses line after line, and is read three times."""
    return address_in(text)


def mailbox_of(email: str) -> str:
    """The mailbox behind an address, without what may be added to its name after a `+`."""
    name, _at, domain = email.lower().rpartition("@")
    return f"{name.partition('+')[0]}@{domain}"


@lru_cache(maxsize=4096)
def belongs(email: str, emails: frozenset[str]) -> bool:
    """Whether *email* is the mailbox of one of *emails*, or of their own domain."""
    if reaches(email, emails):
        return True
    domain = email.lower().rpartition("@")[2]
    own = {item.rpartition("@")[2] for item in emails} - PUBLIC_DOMAINS
    return any(domain == item or domain.endswith(f".{item}") for item in own)


def reaches(email: str, emails: Collection[str]) -> bool:
    """Whether *email* is that of somebody among *emails*."""
    return mailbox_of(email) in set(map(mailbox_of, emails))
