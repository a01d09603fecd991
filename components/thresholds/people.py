"""Who may be told, as the editor names them: `u12` a person, `a3` an extra address."""

from collections.abc import Sequence

from data.notifications.types import AddressRow


def people_words(
    users: Sequence[tuple[int, str, str]], addresses: Sequence[AddressRow]
) -> list[tuple[str, str, str]]:
    """The organisation's people, then the extra addresses that confirmed."""
    confirmed = [one for one in addresses if one.confirmed_at and not one.stopped_at]
    return [
        *((f"u{id_}", name, email) for id_, name, email in users),
        *((f"a{one.id}", "", one.email) for one in confirmed),
    ]
