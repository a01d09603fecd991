"""Explain operating system errors in the console's words."""

import errno
from collections.abc import Mapping

from core.i18n import N_, _

_REASONS: Mapping[int, str] = {
    errno.ENOENT: N_("ce fichier ou ce dossier n’existe pas"),
    errno.EACCES: N_("l’accès est refusé"),
    errno.EPERM: N_("l’accès est refusé"),
    errno.EISDIR: N_("c’est un dossier"),
    errno.ENOTDIR: N_("ce n’est pas un dossier"),
    errno.EROFS: N_("le disque est en lecture seule"),
    errno.ENOSPC: N_("le disque est plein"),
    errno.EDQUOT: N_("le disque est plein"),
    errno.ENAMETOOLONG: N_("ce nom est trop long"),
    errno.EADDRNOTAVAIL: N_("cette adresse n’est pas celle de cette machine"),
}


def reason_of(error: OSError) -> str:
    """Return a short reason, from the system when we have none."""
    sentence = _REASONS.get(error.errno or 0)
    return _(sentence) if sentence else error.strerror or str(error)
