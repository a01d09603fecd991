"""Write the answer of the home page of one delivery point, in one or two sentences."""

from collections.abc import Sequence

from components.consumption.sentence import Text, fill, slot
from components.home.amounts import euros, kwh, more_or_less
from components.kit import html
from core.i18n import _, month_name
from data.analysis.signatures.types import MonthGap, SiteMonth
from data.metering.consumption.rules.calendar import month_end
from data.metering.consumption.types import Headline

EQUAL = 0.01  # of the year before: a smaller gap is none
QUIET = 0.03  # of the year before: a smaller rest has not moved
MAIN = 0.5  # of the gap: the weather explains it from here
PART = 0.1  # of the gap: the weather explains a part of it from here


def month_title(headline: Headline) -> list[Text]:
    """Return `Novembre, du 1er au 28`, or `Octobre` when it is complete."""
    name = _name(headline)
    if headline.until >= month_end(headline.month):
        return [name]
    first: Sequence[Text] = ["1", html.Sup(_("er"))]
    sentence = _("{month}, du {first} au {last}", month=name, first=slot("first"), last="{last}")
    return fill(sentence.replace("{last}", str(headline.until.day)), {"first": first})


def _name(headline: Headline) -> str:
    name = month_name(headline.month)
    return name[0].upper() + name[1:]


def answer(month: SiteMonth) -> list[Text]:
    """Return what the last month cost against the year before, and why."""
    headline, gap = month.series.headline, month.gap
    if headline is None:
        return [_("Aucune consommation n’est encore connue pour ce point.")]
    name = _name(headline)
    if gap is None or gap.before_wh <= 0:
        amount = html.B(kwh(headline.energy_wh or 0))
        sentence = _("{month} : {amount}. Pas encore de comparaison à l’an dernier.",
                     month=name, amount=slot("amount"))  # fmt: skip
        return fill(sentence, {"amount": [amount]})
    return [*_against(name, month, gap), *_because(month, gap)]


def _against(name: str, month: SiteMonth, gap: MonthGap) -> list[Text]:
    if abs(gap.gap_wh) < EQUAL * gap.before_wh:
        return [_("{month} : autant que l’an dernier, aux mêmes jours", month=name)]
    sentence = _("{month} : {amount} que l’an dernier, aux mêmes jours",
                 month=name, amount=slot("amount"))  # fmt: skip
    if month.spent is not None and month.price is not None:
        sentence = _("{month} vous a coûté {amount} que l’an dernier, aux mêmes jours",
                     month=name, amount=slot("amount"))  # fmt: skip
    return fill(sentence, {"amount": [html.B(_amount(month, gap.gap_wh))]})


def _because(month: SiteMonth, gap: MonthGap) -> list[Text]:
    """Return what the weather explains, then what is left of the gap."""
    weather = gap.weather_wh
    if weather is None:
        return ["."]
    parts: list[Text] = [_weather_share(weather / gap.gap_wh if gap.gap_wh else 0, weather)]
    if abs(gap.gap_wh) < EQUAL * gap.before_wh:
        parts = ["."]
    if abs(gap.rest_wh) < QUIET * gap.before_wh:
        return [*parts, " ", _("Le reste n’a pas bougé.")]
    amount = _amount(month, gap.rest_wh)
    if gap.open_days is None:
        return [*parts, " ", _("Sans le temps : {amount}.", amount=amount)]
    return [*parts, " ", _("Sans le temps ni les jours ouverts : {amount}.", amount=amount)]


def _amount(month: SiteMonth, energy_wh: int) -> str:
    """Return `20 € de moins`, or kWh where the month is not priced: one unit in the answer."""
    spent = None if month.spent is None else month.value(energy_wh)
    words = kwh(energy_wh) if spent is None else euros(spent)
    return more_or_less(words, energy_wh)


def _weather_share(share: float, weather_wh: int) -> str:
    """Return whether the weather, `share` of a gap, explains it, explains a part, or does not."""
    if share < PART:
        return _(", et le temps ne l’explique pas.")
    if share < MAIN:
        return _(", et le temps l’explique en partie.")
    if weather_wh > 0:
        return _("\u00a0: il a fait plus froid.")
    return _("\u00a0: il a fait plus doux.")
