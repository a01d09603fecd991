"""Check the values of a station day."""

from datetime import date

from core.i18n import N_
from data.metering.weather.types import StationDay

COLDEST, WARMEST = -45.0, 55.0  # °C: values outside are no daily temperature in France
Fault = tuple[str, dict[str, str]]


def degrees_in(text: str) -> int | None:
    """Return the temperature `text` (`7,5`, `7.5` or `-2`, in °C) in 1/100 °C; None if invalid."""
    try:
        value = float(text.strip().replace(",", ".").replace("−", "-"))
    except ValueError:
        return None
    return round(value * 100) if COLDEST <= value <= WARMEST else None


def day_of(day: date, mean: str, low: str, high: str) -> StationDay | Fault:
    """Return the station day, or its fault; a missing mean is the midpoint of both ends."""
    texts = {"moyenne": mean.strip(), "minimum": low.strip(), "maximum": high.strip()}
    values = {name: degrees_in(text) for name, text in texts.items() if text}
    for name, value in values.items():
        if value is None:
            return (
                N_("« {text} » n’est pas une température ({column}) : écrivez des °C, 7,5."),
                {"text": texts[name][:24], "column": name},
            )
    least, most = values.get("minimum"), values.get("maximum")
    if (least is None) != (most is None):
        return N_("Le minimum et le maximum vont ensemble : donnez les deux, ou aucun."), {}
    middle = values.get("moyenne")
    if middle is None and (least is None or most is None):
        return N_("Aucune température : donnez la moyenne, ou le minimum et le maximum."), {}
    if least is None or most is None:
        return StationDay(day, middle or 0)
    if middle is None:
        middle = round((least + most) / 2)
    if not least <= middle <= most:
        return N_("La moyenne n’est pas entre le minimum et le maximum."), {}
    return StationDay(day, middle, least, most)
