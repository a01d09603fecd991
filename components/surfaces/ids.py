"""Component ids of the surfaces of a site."""

from enum import StrEnum

from components.kit import by_name


class Ids(StrEnum):
    FORM = "surfaces-form"  # redrawn by each response, with the typed values
    SEEN = "surfaces-seen"  # id and version of the surface being edited: [12, 3]
    PCE = "surfaces-pce"  # store: number of the PCE
    AREA = "surfaces-area"
    USE = "surfaces-use"
    FIRST = "surfaces-first"
    LAST = "surfaces-last"
    SOURCE = "surfaces-source"
    SAVE = "surfaces-save"
    REMOVE = "surfaces-remove"
    RESTORE = "surfaces-restore"


FIELDS = by_name(Ids.AREA, Ids.USE, Ids.FIRST, Ids.LAST, Ids.SOURCE)


def restore_button(surface: object) -> dict[str, object]:
    """Return the id of the button that restores a surface, by its id."""
    return {"type": Ids.RESTORE.value, "surface": surface}
