"""Parse ADICT contract and technical data field by field (domain.md §4.7, §4.8)."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from core.i18n import N_
from data.exchange.mirror.files.readings import plain
from data.exchange.mirror.rules.answers import check_faults, silence_of
from data.exchange.mirror.types import JSON, LineFault, SilenceReason
from data.metering.consumption.files import cell_parser, days
from data.metering.pces.types import Described, Frequency
from data.runs.files.refusals import RefusedCell, clean, quoted_value
from data.upstream_message import UNSAID

Object = Mapping[str, JSON]
CONTRACT, METER = "donnees_contractuelles", "donnees_techniques"
_TERMS = ("date_publication", "consommation_journaliere_plafond")
_PROFILE = (
    "date_debut_profil_type_actuel", "date_fin_profil_type_actuel", "profil_type_futur",
)  # fmt: skip
_MODULATION = ("modulation_n_1", "modulation_n_2", "modulation_n_3", "assiette")
_CAPACITY = ("cja", "cja_journaliere", "cja_mensuelle")
_METER = (
    "client_sensible_mig", "code_calibre", "code_debit", "code_debit_normalise",
)  # fmt: skip
_LONGEST, _SHORTEST = 200, 8  # characters of a text, and of a code
_NOT_TEXT = N_("« {column} » : « {found} » n’est pas un texte. Cette donnée est laissée de côté.")
_NOT_FREQUENCY = N_(
    "« {column} » : « {found} » n’est pas une fréquence de relève (6M, 1M, MM ou JJ). Cette donnée"
    " est laissée de côté."
)
_MOST_KWH = 2**31 - 1  # per year of a PCE, as stored in the database
_TOO_MUCH = N_(
    "« {column} » : « {found} » kWh dépasse ce qu’un PCE consomme en un an. Cette donnée est"
    " laissée de côté."
)
_NO_BLOCK = N_("La réponse n’a pas de bloc « {column} », sans que le statut dise pourquoi.")
_T = TypeVar("_T")


class PceDetails:
    """Parsed details of a PCE; `faults` are the refused fields.

    Too many of them raise UpstreamDown.
    """

    def __init__(self, told: Object, block: str) -> None:
        self.faults: list[LineFault] = []
        self.silence = _silence(told)
        content = told.get(block)
        self.block: Object = content if isinstance(content, dict) else {}
        if not self.block and self.silence is None:
            self._blame(RefusedCell(_NO_BLOCK, column=block))

    def part(self, name: str) -> Object:
        value = self.block.get(name)
        return value if isinstance(value, dict) else {}

    def take(self, read: Callable[[object, str], _T], value: JSON, column: str) -> _T | None:
        """Return the result of `read` on `value`; record a fault and return None on error."""
        try:
            return None if cell_parser.is_blank(value) else read(value, column)
        except RefusedCell as refused:
            self._blame(refused)
        return None

    def texts(self, source: Object, names: tuple[str, ...]) -> dict[str, object]:
        """Return the texts of `names` that are present, even if empty."""
        return {name: self.take(_text, source[name], name) for name in names if name in source}

    def _blame(self, refused: RefusedCell) -> None:
        self.faults.append(LineFault(1, refused.message, plain(refused.params)))
        check_faults(len(self.faults))


def contract_in(answer: Object) -> tuple[Described | None, PceDetails]:
    """Return the contract data; None when there are none.

    `car` and `cja` may be objects or single values.
    """
    details = PceDetails(answer, CONTRACT)
    if not details.block:
        return None, details
    block, profile = details.block, details.part("profil")
    now, later = _pair(block.get("car"), "car_actuelle", "car_future")
    capacity = block.get("cja")
    capacities = capacity if isinstance(capacity, dict) else {"cja": capacity}
    terms: dict[str, object] = {"car_future": details.take(_kwh, later, "car_future")}
    terms |= {
        name: details.take(_kwh, capacities[name], name) for name in _CAPACITY if name in capacities
    }
    terms |= details.texts(block, _TERMS) | details.texts(profile, _PROFILE)
    terms |= details.texts(details.part("modulation"), _MODULATION)
    return Described(
        tariff=details.take(_code, block.get("tarif_acheminement"), "tarif_acheminement"),
        profile=details.take(_code, profile.get("profil_type_actuel"), "profil_type_actuel"),
        reference_kwh=details.take(_reference, now, "car_actuelle"),
        commissioned_on=details.take(_day, block.get("date_mes"), "date_mes"),
        contract=terms,
    ), details


def meter_in(answer: Object) -> tuple[Described | None, PceDetails]:
    """Return the meter data; None when there are none."""
    details = PceDetails(answer, METER)
    if not details.block:
        return None, details
    place, meter, point = (
        details.part(name) for name in ("situation_compteur", "caracteristiques_compteur", "pitd")
    )
    facts = details.texts(meter, _METER) | details.texts(
        point, ("identifiant_pitd", "libelle_pitd")
    )
    pressure = details.take(_text, meter.get("pression_livraison"), "pression_livraison")
    facts["pression_livraison"] = pressure.replace(".", ",") if pressure else None
    owned = details.part("regime_propriete")
    facts |= details.texts(owned, tuple(name for name in owned if name.startswith("regime_")))
    street = (
        details.take(_text, place.get(name), name)
        for name in ("numero_rue", "nom_rue", "complement_adresse")
    )
    return Described(
        frequency=details.take(_frequency, meter.get("frequence"), "frequence"),
        meter_serial=details.take(_text, meter.get("matricule_compteur"), "matricule_compteur"),
        street=" ".join(filter(None, street)) or None,
        postal_code=details.take(_code, place.get("code_postal"), "code_postal"),
        city=details.take(_text, place.get("commune"), "commune"),
        technical=facts,
    ), details


def _silence(body: Object) -> SilenceReason | None:
    status = body.get("statut_restitution")
    if not isinstance(status, dict) or status.get("code") is None:
        return None
    return silence_of(quoted_value(status["code"]), quoted_value(status.get("message") or UNSAID))


def _pair(value: JSON, first: str, second: str) -> tuple[JSON, JSON]:
    if isinstance(value, dict):
        return value.get(first), value.get(second)
    return value, None


def _kwh(value: object, column: str) -> int | None:
    wh = cell_parser.energy(value, column)
    return None if wh is None else round(wh / 1000)


def _reference(value: object, column: str) -> int | None:
    kwh = _kwh(value, column)
    if kwh is not None and kwh > _MOST_KWH:
        raise RefusedCell(_TOO_MUCH, column=column, found=quoted_value(value))
    return kwh


def _day(value: object, column: str) -> date:
    return days.day(value, column)


def _text(value: object, column: str) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise RefusedCell(_NOT_TEXT, column=column, found=quoted_value(value))
    return " ".join(clean(str(value)[:_LONGEST]).split())


def _code(value: object, column: str) -> str:
    text = _text(value, column)
    if len(text) > _SHORTEST:
        raise RefusedCell(_NOT_TEXT, column=column, found=quoted_value(value))
    return text


def _frequency(value: object, column: str) -> Frequency:
    try:
        return Frequency(_text(value, column).upper())
    except ValueError:
        raise RefusedCell(_NOT_FREQUENCY, column=column, found=quoted_value(value)) from None
