"""Describe works and their savings, on screen and on paper."""

from collections.abc import Mapping
from datetime import timedelta

from core.i18n import N_, _, day_month, number, percent, short_day
from data.analysis.signatures.rules.reasons import reason_words
from data.analysis.signatures.types import Reason
from data.money.retrofits.rules.savings import LEAST_AFTER, LEAST_BEFORE, YEAR
from data.money.retrofits.types import (
    MeasuredRetrofit,
    Retrofit,
    RetrofitKind,
    Savings,
    SavingsRefusal,
    SavingsValue,
)

KINDS: Mapping[RetrofitKind, str] = {
    RetrofitKind.BOILER: N_("Chaudière"),
    RetrofitKind.CONTROLS: N_("Régulation"),
    RetrofitKind.INSULATION: N_("Isolation"),
    RetrofitKind.WINDOWS: N_("Fenêtres"),
    RetrofitKind.VENTILATION: N_("Ventilation"),
    RetrofitKind.HOT_WATER: N_("Eau chaude"),
    RetrofitKind.OTHER: N_("Autres travaux"),
}
_OF_SIGNATURE = {
    SavingsRefusal.NO_SPREAD: Reason.NO_SPREAD,
    SavingsRefusal.NOT_HEATING: Reason.NOT_HEATING,
    SavingsRefusal.LOOSE: Reason.LOOSE,
}

_SENTENCES: Mapping[SavingsRefusal | None, str] = {
    SavingsRefusal.GAPS_AFTER: N_(
        "Plus d’un jour sur dix manque après les travaux : déposez les relevés qui manquent."
    ),
    SavingsRefusal.NO_TEMPERATURE: N_(
        "Il manque trop de températures pour tenir compte du climat."
    ),
    SavingsRefusal.COLDER: N_(
        "Il a fait plus froid après les travaux que jamais avant : la consommation sans travaux"
        " ne peut pas être estimée."
    ),
    SavingsRefusal.COLD_SUMMER: N_(
        "Il a fait froid l’été après les travaux, mais pas avant : rien ne dit si le chauffage"
        " était alors arrêté, et l’économie ne peut pas être mesurée."
    ),
}


def kwh(wh: int) -> str:
    return f"{number(wh / 1000)}\u00a0kWh"


def euros(cents: int) -> str:
    return f"{number(cents / 100)}\u00a0€"


def site_of(retrofit: Retrofit) -> str:
    return retrofit.alias or retrofit.draft.pce


def dates_words(retrofit: Retrofit) -> str:
    draft = retrofit.draft
    return _(
        "du {first} au {last}",
        first=short_day(draft.started_on),
        last=short_day(draft.finished_on),
    )


def bounds_words(savings: Savings) -> str:
    """Format the 80 % interval in kWh: `110 000 à 126 000 kWh`."""
    return _(
        "{low} à {high} kWh",
        low=number(savings.low_wh / 1000),
        high=number(savings.high_wh / 1000),
    )


def value_bounds_words(value: SavingsValue) -> str:
    return _(
        "{low} à {high} €",
        low=number((value.cents - value.half_cents) / 100),
        high=number((value.cents + value.half_cents) / 100),
    )


def share_words(savings: Savings) -> str:
    return percent(-100 * savings.share)


def payback_words(years: float | None) -> str:
    return "–" if years is None else _("{years} ans", years=number(years, 1))


def answer_words(measured: MeasuredRetrofit) -> str:
    """Return what the works saved, in one sentence, or why that is not known."""
    savings, value = measured.savings, measured.value
    if savings is None:
        return refusal_words(measured)
    fields = {
        "first": short_day(savings.periods.reporting_first),
        "last": short_day(savings.periods.reporting_last),
        "saved": kwh(abs(savings.saved_wh)),
        "bounds": bounds_words(savings),
        "share": share_words(savings),
    }
    if not savings.is_certain:
        return _(
            "Du {first} au {last}, rien ne permet de conclure : l’économie est entre {bounds}"
            " (fourchette probable, 80 %).",
            **fields,
        )
    if savings.saved_wh < 0:
        return _(
            "Du {first} au {last}, le site a consommé {saved} de plus que sans travaux ({share}).",
            **fields,
        )
    if value is None:
        return _("Du {first} au {last}, {saved} économisés ({share}).", **fields)
    return _(
        "Du {first} au {last}, {saved} et {amount} économisés ({share}).",
        amount=euros(value.cents),
        **fields,
    )


def refusal_words(measured: MeasuredRetrofit) -> str:
    """Return why savings cannot be measured, and what to do."""
    refusal, (before, after) = measured.refusal, measured.known_days
    if refusal is SavingsRefusal.FEW_DAYS_BEFORE:
        return _(
            "Il faut {least} jours mesurés dans l’année avant les travaux : {known} le sont."
            " Déposez les relevés qui manquent.",
            least=round(LEAST_BEFORE * YEAR),
            known=before,
        )
    if refusal is SavingsRefusal.FEW_DAYS_AFTER:
        finished = measured.retrofit.draft.finished_on
        return _(
            "Il faut {least} jours mesurés après les travaux : {known} le sont. L’économie sera"
            " mesurée à partir du {day}, si aucun relevé ne manque.",
            least=LEAST_AFTER,
            known=after,
            day=short_day(finished + timedelta(days=LEAST_AFTER + 1)),
        )
    if refusal in _SENTENCES:
        return _(_SENTENCES[refusal])
    why = reason_words(_OF_SIGNATURE[refusal or SavingsRefusal.LOOSE])
    return _("Avant les travaux, {why} : l’économie ne peut pas être mesurée.", why=why)


def method_words(savings: Savings) -> list[tuple[str, str]]:
    """Return the periods, the model and its quality, to check the measure."""
    periods, fit = savings.periods, savings.fit
    before = short_day(periods.baseline_first), short_day(periods.baseline_last)
    after = short_day(periods.reporting_first), short_day(periods.reporting_last)
    days = _("du {first} au {last}")
    stops = [] if savings.stop is None else [savings.stop.dates(periods.baseline_last.year)]
    return [
        (_("Référence"), days.format(first=before[0], last=before[1])),
        (_("Suivi"), days.format(first=after[0], last=after[1])),
        (_("Jours mesurés du suivi"), percent(100 * savings.coverage).lstrip("+")),
        (_("Semaines de la référence"), number(fit.weeks)),
        *(
            (_("Chauffage arrêté l’été"), days.format(first=day_month(first), last=day_month(last)))
            for first, last in stops
        ),
        (_("Température de base"), f"{number(fit.base, 1)}\u00a0°C"),
        ("R²", number(fit.r2, 2)),
        ("CVRMSE", percent(100 * fit.cvrmse).lstrip("+")),
        (_("Ressemblance d’une semaine à la suivante"), number(savings.autocorrelation, 2)),
        (_("Méthode"), _("IPMVP, option C ; marge d’erreur selon ASHRAE, guide 14")),
    ]
