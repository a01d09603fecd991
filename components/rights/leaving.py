"""What an act on rights says of the distributor, by what becomes of what leaves for it."""

from collections.abc import Mapping

from data.mirror.types import Leaving
from i18n import N_

HERE = Leaving.NOWHERE
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
        "Chaque titulaire reçoit un courriel au prochain quart d’heure et doit accepter."
    ),
    Leaving.SOON: N_(
        "La demande part au distributeur, qui sollicite chaque titulaire et nous dit sa réponse."
    ),
    Leaving.HELD: N_(
        "La demande part au distributeur une fois vos identifiants acceptés : il sollicite alors"
        " chaque titulaire."
    ),
}
