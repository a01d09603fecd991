"""When choices hold."""

from i18n import _


def held_from(*, sent: bool, sends: bool, refused: bool) -> str:
    """When choices hold: what leaves, or no longer does, waits for no synchronisation."""
    if sent == sends:
        return _("Ils valent dès la prochaine synchronisation.")
    if sends and refused:
        return _("Vos déclarations attendent que vos identifiants, refusés, soient corrigés.")
    if sends:
        return _("Vos déclarations partent dans la minute.")
    return _("Plus aucune déclaration ne part.")
