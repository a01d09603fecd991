"""Name the state of the savings of works."""

from components.costs import RETROFITS
from components.kit import StateLabel
from data.money.retrofits.types import MeasuredRetrofit, SavingsRefusal

PATH = RETROFITS
SAVING = StateLabel("Économie établie", "check-circle-fill", "ok")
RISING = StateLabel("Consommation en hausse", "exclamation-triangle-fill", "bad")
UNCLEAR = StateLabel("Économie incertaine", "question-circle", "warn")
REFUSED = StateLabel("Non mesurable", "slash-circle", "mute")
EARLY = StateLabel("Trop tôt", "hourglass-split", "mute")


def state_of(measured: MeasuredRetrofit) -> StateLabel:
    savings = measured.savings
    if savings is None:
        return EARLY if measured.refusal is SavingsRefusal.FEW_DAYS_AFTER else REFUSED
    if not savings.is_certain:
        return UNCLEAR
    return SAVING if savings.saved_wh > 0 else RISING
