"""Describe the effects of an operation on rights on the messages to the distributor."""

from collections.abc import Mapping
from math import ceil

from dash.development.base_component import Component

from components.kit import button
from core.access import Permission, Viewer
from core.i18n import N_, _, number
from data.exchange.mirror.types import Leaving

HERE = Leaving.NOWHERE
REFUSED = N_(
    "Le distributeur refuse vos identifiants : rien ne lui est envoyé ni demandé tant"
    " qu’un administrateur ne les a pas corrigés, dans « Connexions »."
)


def to_connections(viewer: Viewer) -> list[Component]:
    """Return a link to the connections page if the viewer can repair the connection."""
    if not viewer.may(Permission.MIRROR):
        return []
    words = _("Ouvrir « Connexions »")
    return [button(words, href="/admin?part=connections", small=True)]


SUMMARY: Mapping[Leaving, tuple[str, str]] = {  # before a declaration to the distributor is sent
    Leaving.SOON: (
        N_("La déclaration part au distributeur"),
        N_(
            "Il vérifie le PCE et le titulaire, puis sollicite celui-ci : rien n’est lisible"
            " avant sa réponse."
        ),
    ),
    Leaving.HELD: (N_("La déclaration attend que vos identifiants soient acceptés"), REFUSED),
}
FILE: Mapping[Leaving, str] = {  # before the declarations of a file are sent
    Leaving.SOON: N_(
        "Chaque déclaration part au distributeur, qui vérifie le PCE et sollicite le"
        " titulaire : comptez une seconde par ligne, et sa réponse ensuite."
    ),
    Leaving.HELD: REFUSED,
}
_DAYS = N_(
    "Chaque déclaration part au distributeur, qui vérifie le PCE et sollicite le titulaire : il"
    " en part au plus {most} par jour, comptez au moins {days} jours, et sa réponse ensuite."
)
TAKEN_BACK: Mapping[Leaving, str] = {
    Leaving.SOON: N_(
        "Ce qui était déjà parti au distributeur y est annulé aussi, dans les minutes qui suivent."
    ),
    Leaving.HELD: N_(
        "Ce qui était déjà parti au distributeur y est annulé aussi, une fois vos identifiants"
        " acceptés."
    ),
    Leaving.NOWHERE: N_(
        "Ce qui était déjà parti au distributeur y reste demandé, car rien ne lui est envoyé"
        " d’ici : retirez-le là-bas, sur son propre portail."
    ),
}
REVOKED_THERE: Mapping[Leaving, str] = {
    Leaving.SOON: N_("La révocation part aussi au distributeur, dans les minutes qui suivent."),
    Leaving.HELD: N_(
        "La révocation part aussi au distributeur, une fois vos identifiants acceptés."
    ),
}
ASKED: Mapping[Leaving, str] = {
    Leaving.NOWHERE: N_(
        "Chaque titulaire reçoit un courriel dans le quart d’heure et doit accepter."
    ),
    Leaving.SOON: N_(
        "La demande part au distributeur, qui sollicite chaque titulaire et nous transmet sa"
        " réponse."
    ),
    Leaving.HELD: N_(
        "La demande part au distributeur une fois vos identifiants acceptés : il sollicite alors"
        " chaque titulaire."
    ),
}


def file_notice(leaving: Leaving, lines: int, a_day: int) -> str:
    """Return the notice before `lines` declarations are sent, at most `a_day`; 0: no limit."""
    if leaving is Leaving.SOON and 0 < a_day < lines:
        return _(_DAYS, days=number(ceil(lines / a_day)), most=number(a_day))
    return _(FILE.get(leaving, FILE[Leaving.SOON]))
