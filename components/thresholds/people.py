"""List the possible recipients with their keys: `u12` a person, `a3` an extra address."""

from collections.abc import Sequence

from data.notifications.types import AddressRow


def people_words(
    users: Sequence[tuple[int, str, str]], addresses: Sequence[AddressRow]
) -> list[tuple[str, str, str]]:
    """Return the people of the organisation, then confirmed extra addresses."""
    confirmed = [
        address for address in addresses if address.confirmed_at and not address.stopped_at
    ]
    return [
        *((f"u{id_}", name, email) for id_, name, email in users),
        *((f"a{address.id}", "", address.email) for address in confirmed),
    ]
