"""When choices hold, and credentials that were saved."""

from i18n import _, plural


def held_from(*, sent: bool, sends: bool, refused: bool) -> str:
    """When choices hold: what leaves, or no longer does, waits for no synchronisation."""
    if sent == sends:
        return _("Ils valent dès la prochaine synchronisation.")
    if sends and refused:
        return _("Vos déclarations attendent que vos identifiants, refusés, soient corrigés.")
    if sends:
        return _("Vos déclarations partent dans la minute.")
    return _("Plus aucune déclaration ne part.")


def kept_note(leaving: int) -> str:
    """What comes next of credentials that were just saved."""
    if not leaving:
        return _("Testez-les : rien n’a encore été demandé.")
    return plural(
        "{count} envoi attendait : il part dans la minute.",
        "{count} envois attendaient : les premiers partent dans la minute.",
        leaving,
    )
