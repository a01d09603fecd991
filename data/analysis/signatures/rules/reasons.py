"""Describe why a signature is unreliable."""

from collections.abc import Mapping

from core.i18n import N_, _, number, percent
from data.analysis.signatures.rules.fit import FLATTEST, LEAST_SPREAD, LEAST_WEEKS, LOOSEST
from data.analysis.signatures.rules.weather_correction import MILD
from data.analysis.signatures.types import Reason

WHY: Mapping[Reason, str] = {
    Reason.NO_TEMPERATURE: N_("il manque trop de températures"),
    Reason.FEW_WEEKS: N_("moins de {weeks} semaines entières sont mesurées"),
    Reason.NO_SPREAD: N_("les semaines sont trop semblables : moins de {degrees} °C entre elles"),
    Reason.NOT_HEATING: N_(
        "les températures n’expliquent pas la consommation du site (R² sous {r2})"
    ),
    Reason.LOOSE: N_(
        "à froid égal, les semaines se ressemblent trop peu (écart habituel, ou CVRMSE, au-dessus"
        " de {share})"
    ),
    Reason.MILD: N_("moins de {mild} DJU sur la période"),
    Reason.UNREAD: N_("sa signature n’est pas calculée pour les seuls jours que vous pouvez lire"),
}


def reason_words(reason: Reason) -> str:
    """Return why nothing is corrected, as the end of a sentence."""
    return _(
        WHY[reason],
        weeks=LEAST_WEEKS,
        degrees=number(LEAST_SPREAD),
        r2=number(FLATTEST, 1),
        share=percent(LOOSEST * 100, 0).lstrip("+"),
        mild=number(MILD),
    )
