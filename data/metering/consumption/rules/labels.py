"""Name a stretch of gas days and describe its quality, on screen and in exports."""

from datetime import date
from decimal import Decimal

from core.i18n import _, day_month, number, plural, short_day, short_month
from data.identity.settings.rules import co2_grams, factor_on
from data.identity.settings.types import Carbon, HeatingValue
from data.metering.consumption.rules.calendar import span_of
from data.metering.consumption.rules.spending import thousandths
from data.metering.consumption.types import Comparison, Series, SeriesBucket, SeriesStep, Unit


def known_until(bucket: SeriesBucket, data_until: date | None) -> date | None:
    """Return the last day with data of a current bucket, None without data."""
    if data_until is None or data_until < bucket.first:
        return None
    return min(bucket.last, data_until)


def period_label(bucket: SeriesBucket, step: SeriesStep, data_until: date | None) -> str:
    """Return `nov. 2026, au 21`, `S48 · 23/11 – 29/11/2026`, `24/11/2026` or `2026, au 21/11`."""
    if step is SeriesStep.DAY:
        return short_day(bucket.first)
    if step is SeriesStep.WEEK:
        return _(
            "S{week} · {first} – {last}",
            week=bucket.first.isocalendar().week,
            first=day_month(bucket.first),
            last=short_day(bucket.last),
        )
    name = str(bucket.first.year)
    if step is SeriesStep.MONTH:
        name = f"{short_month(bucket.first)} {name}"
    note = clip_note(bucket, step, data_until)
    return f"{name}, {note}" if note else name


def clip_note(bucket: SeriesBucket, step: SeriesStep, data_until: date | None) -> str:
    """Return the part of its month or year that a bar covers (`au 21`, `du 5 au 30`), else ""."""
    start, end = span_of(step, bucket.first)
    last = known_until(bucket, data_until) if bucket.current else bucket.last
    if last is None or (bucket.first == start and last == end):
        return ""
    if bucket.first == start:
        return _("au {last}", last=_short(last, step))
    return _("du {first} au {last}", first=_short(bucket.first, step), last=_short(last, step))


def _short(day: date, step: SeriesStep) -> str:
    if step is not SeriesStep.MONTH:
        return day_month(day)
    return ordinal(day.day)


def ordinal(day: int) -> str:
    """Return `1er`, `2`… in French, plain numbers in English."""
    return _("1er") if day == 1 else str(day)


def amount(bucket: SeriesBucket, unit: Unit) -> int | None:
    """Return the value of a bar in thousandths of `unit`: Wh, dm³, 1/1000 €, g."""
    return one_of(unit, bucket.energy_wh, bucket.volume_dm3, bucket.spent)


def one_of(unit: Unit, wh: int | None, dm3: int | None, spent: int | None) -> int | None:
    """Return the value that belongs to `unit`, in thousandths."""
    if unit is Unit.KWH:
        return wh
    return dm3 if unit is Unit.M3 else thousandths(spent)


def emitted(bucket: SeriesBucket, series: Series) -> int | None:
    """Return the emissions of a bar in g CO₂e, whatever the displayed unit."""
    return co2_grams(bucket.energy_wh, series.carbon) if series.carbon else None


def factor_words(carbon: Carbon) -> str:
    """Return the emission factor and its source: `0,2154 kg CO₂e par kWh PCS (Base Carbone)`.

    The factor per kWh PCI is added when it is the one that was given.
    """
    factor = _("{factor} kg CO₂e par kWh PCS", factor=_factor(factor_on(carbon, HeatingValue.PCS)))
    source = _(carbon.source)  # the usual one is a sentence; the operator's own stays as it is
    if carbon.basis is HeatingValue.PCS:
        return _("{factor} ({source})", factor=factor, source=source)
    ncv_label = _("{factor} par kWh PCI", factor=_factor(carbon.factor))
    return _("{factor} ({given}, {source})", factor=factor, given=ncv_label, source=source)


def _factor(factor: Decimal) -> str:
    return number(float(factor), 4)


def before(comparison: Comparison, unit: Unit) -> int | None:
    """Return the earlier year over the days known in both: bars then add up to their total."""
    return one_of(unit, comparison.shared_wh, comparison.shared_dm3, comparison.shared_spent)


def gap(comparison: Comparison | None, unit: Unit) -> float | None:
    """Return the increase over the year before in percent on shared days, None when unknown."""
    if comparison is None or comparison.days == 0:
        return None
    now = one_of(unit, comparison.this_wh, comparison.this_dm3, comparison.this_spent)
    then = before(comparison, unit)
    if now is None or not then:
        return None
    return (now - then) / then * 100


def climate_gap(comparison: Comparison | None, ratio: float | None, unit: Unit) -> float | None:
    """Return `gap` corrected to the climate of the year before; `ratio` is that of `Climate`.

    None for euros, which also depend on prices and fixed parts.
    """
    raw = gap(comparison, unit)
    return None if raw is None or ratio is None or unit is Unit.EUR else (100 + raw) * ratio - 100


def price_effect(comparison: Comparison | None) -> tuple[int, int] | None:
    """Return what of a gap in euros energy makes, and what the mean price of a kWh makes.

    In thousandths of a euro, over the same days on both sides; None where one has no price.
    """
    if comparison is None or not comparison.days or comparison.days != comparison.energy_days:
        return None
    now, then = comparison.this_spent, comparison.shared_spent
    if now is None or not then or comparison.this_wh is None or not comparison.shared_wh:
        return None
    same_price = then * comparison.this_wh // comparison.shared_wh
    return thousandths(same_price - then) or 0, thousandths(now - same_price) or 0


def comparison_of(bucket: SeriesBucket | None, years: int) -> Comparison | None:
    for comparison in bucket.comparisons if bucket else ():
        if comparison.years == years:
            return comparison
    return None


def days_known(bucket: SeriesBucket) -> int:
    return bucket.days - bucket.days_absent - bucket.days_awaited


def coverage(bucket: SeriesBucket) -> tuple[int, int]:
    """Return the days known and the readable days due of a bar."""
    return days_known(bucket), bucket.days_due


def has_values(series: Series) -> bool:
    """Return whether any day shown has a value."""
    return series.total is not None and days_known(series.total) > 0


def partial_days(bucket: SeriesBucket, comparison: Comparison | None) -> int:
    """Return the days that a comparison covers when they are not all the known ones, else 0."""
    if comparison is None or comparison.days >= days_known(bucket):
        return 0
    return comparison.days


def is_mostly(bucket: SeriesBucket, days: int) -> bool:
    """Return whether `days` are at least half of the known ones, which marks the whole bar."""
    return days > 0 and days * 2 >= days_known(bucket)


def quality_words(bucket: SeriesBucket, series: Series) -> str:
    """Return `Mesuré`, `3 jours absents, 2 jours estimés`, `Absent, attendu vers le 26/11`."""
    if bucket.days == 0:
        return _("Hors historique")
    if days_known(bucket) == 0:
        return missing_words(bucket, series)
    notes = [
        *_count_words(bucket, series.view.unit),
        *([_("réparti au prorata des jours")] if bucket.days_prorated else []),
        *([_("volume et index en désaccord")] if bucket.flagged else []),
    ]
    shared = partial_days(bucket, comparison_of(bucket, 1))
    if shared:
        notes.append(plural("comparé sur {count} jour", "comparé sur {count} jours", shared))
    if bucket.corrected_on:
        notes.append(_("corrigé le {day}", day=short_day(bucket.corrected_on)))
    if bucket.provisional:
        notes.append(_("provisoire"))
    text = ", ".join(notes) or _("mesuré")
    return text[0].upper() + text[1:]


def missing_words(bucket: SeriesBucket, series: Series) -> str:
    """Return the words for a bar without any value."""
    when = (
        _("attendu vers le {day}", day=day_month(series.expected_on))
        if series.expected_on and bucket.days_awaited
        else ""
    )
    if bucket.days_absent == 0:
        return when[0].upper() + when[1:] if when else _("Pas encore reçu")
    word = absence_word(series.view.unit) if bucket.days_unpriced else _("Absent")
    return word + (f", {when}" if when else "")


def absence_word(unit: Unit) -> str:
    """Return what a day with a value lacks to be shown in `unit`."""
    return _("Sans surface") if unit is Unit.M2 else _("Sans prix")


def _count_words(bucket: SeriesBucket, unit: Unit) -> list[str]:
    notes = []
    absent = bucket.days_absent - bucket.days_unpriced
    if absent:
        notes.append(plural("{count} jour absent", "{count} jours absents", absent))
    if bucket.days_unpriced:
        count = bucket.days_unpriced
        of_prices = plural("{count} jour sans prix", "{count} jours sans prix", count)
        of_surfaces = plural("{count} jour sans surface", "{count} jours sans surface", count)
        notes.append(of_surfaces if unit is Unit.M2 else of_prices)
    coming = bucket.days_coming
    late = max(0, bucket.days_due - (bucket.days - bucket.days_awaited))
    awaited = bucket.days_awaited - coming - late
    if late:
        notes.append(plural("{count} jour en retard", "{count} jours en retard", late))
    if awaited > 0:
        notes.append(plural("{count} jour attendu", "{count} jours attendus", awaited))
    if coming:
        notes.append(plural("{count} jour à venir", "{count} jours à venir", coming))
    return [*notes, *_quality_words(bucket)]


def _quality_words(bucket: SeriesBucket) -> list[str]:
    notes = []
    if bucket.days_estimated == bucket.days:
        notes.append(_("estimé (E)"))
    elif bucket.days_estimated:
        notes.append(plural("{count} jour estimé", "{count} jours estimés", bucket.days_estimated))
    if bucket.days_reconstructed == bucket.days:
        notes.append(_("reconstitué (R)"))
    elif bucket.days_reconstructed:
        notes.append(
            plural(
                "{count} jour reconstitué",
                "{count} jours reconstitués",
                bucket.days_reconstructed,
            )
        )
    if bucket.days_deposited == bucket.days:
        notes.append(_("déposé par une organisation (D)"))
    elif bucket.days_deposited:
        notes.append(
            plural(
                "{count} jour déposé par une organisation",
                "{count} jours déposés par une organisation",
                bucket.days_deposited,
            )
        )
    return notes
