"""Parse ADICT's nd-json, informative and published, glued or not (domain.md §4.5 and §4.6)."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from core.errors import Unreadable
from core.i18n import N_
from data.metering.consumption.files import cell_parser, days
from data.metering.consumption.files.cell_parser import fold
from data.metering.consumption.files.faults import each
from data.metering.consumption.files.ledger import Ledger, LineValues, PceLedger
from data.metering.consumption.types import FileFormat, ReadingsFile
from data.runs.files.refusals import RefusedCell, quoted_value, require
from data.upstream_message import UNSAID

Object = Mapping[str, object]
_BLOCKS = ("consommation", "injection")
_MARKS = frozenset(
    {
        "consommation",
        "injection",
        "releve_debut",
        "statut_restitution",
        "code_statut_traitement",
        "donnees_contractuelles",
        "donnees_techniques",
    }
)


def is_adict(document: object) -> bool:
    return isinstance(document, dict) and not _MARKS.isdisjoint(document)


def read_adict(documents: Iterable[tuple[int, object]], today: date | None) -> ReadingsFile:
    """Parse `documents`, pairs of (line, object).

    Raise Unreadable with the line and field of a fault.
    """
    reader = AdictReader(Ledger(today=today))
    each(documents, reader.take)
    return reader.finish()


class AdictReader:
    """Adds objects one by one to `ledger`.

    `refusals` keep the distributor's reasons for absent data.
    """

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.taken = 0
        self.refusals: dict[str, str] = {}

    def take(self, line: int, document: object) -> None:
        """Add one object.

        Raise RefusedCell for anything but a reading; its sentence takes the `line`.
        """
        if not isinstance(document, dict):
            raise RefusedCell(
                N_("Ligne {line} : « {found} » n’est pas un relevé, il faut un objet JSON."),
                found=quoted_value(document),
            )
        if "code_statut_traitement" in document:
            self._note(
                document["code_statut_traitement"], document.get("message_retour_traitement")
            )
            return
        status = document.get("statut_restitution")
        has_block = any(isinstance(document.get(block), dict) for block in _BLOCKS)
        if isinstance(status, dict) and status and not has_block:
            self._note(status.get("code"), status.get("message"))
            return
        self._take_row(line, document)
        self.taken += 1

    def _take_row(self, line: int, document: Object) -> None:
        row, injected = document.get("consommation"), document.get("injection")
        _refuse_other_data(document, row)
        if isinstance(injected, dict):
            self._take_injected(line, document, injected)
            return
        if not isinstance(row, dict):
            raise RefusedCell(
                N_(
                    "Ligne {line} : il manque « {block} », sans que le statut dise pourquoi."
                    " Redemandez cette période."
                ),
                block="injection" if "injection" in document else "consommation",
            )
        account = self._account(document)
        values = _values(document, row)
        kind = row.get("type_conso")
        if row.get("journee_gaziere") is not None:
            gas_day = days.day(row["journee_gaziere"], "journee_gaziere")
            self.ledger.add_day(account, gas_day, values, line)
        elif isinstance(kind, str) and fold(kind).startswith("informati"):
            self.ledger.add_day(account, _edge(document, row, "debut"), values, line)
        else:
            span = (_edge(document, row, "debut"), _edge(document, row, "fin"))
            self.ledger.add_span(account, span, values, line)

    def _take_injected(self, line: int, document: Object, row: Object) -> None:
        """Add an injection period, or the single day that `journee_gaziere` names."""
        account = self._account(document)
        values = _injected_values(row)
        if row.get("journee_gaziere") is not None:
            day = days.day(row["journee_gaziere"], "journee_gaziere")
            span = (day, day + timedelta(days=1))
        else:
            first, end = (_edge(document, row, side, "injection") for side in ("debut", "fin"))
            span = (first, end)
        self.ledger.add_injection(account, span, values, line)

    def _account(self, document: Object) -> PceLedger:
        owner = document.get("pce")
        number = cell_parser.pce(
            owner.get("id_pce") if isinstance(owner, dict) else owner, "id_pce"
        )
        return self.ledger.account(number)

    def finish(self) -> ReadingsFile:
        if not self.taken and self.refusals:
            code, reply = next(iter(self.refusals.items()))
            raise Unreadable(
                N_(
                    "Ce fichier ne contient aucun relevé : le distributeur répond « {reply} »"
                    " (code {code})."
                ),
                code=code,
                reply=reply,
            )
        return self.ledger.finish(FileFormat.ADICT)

    def _note(self, code: object, message: object) -> None:
        self.refusals.setdefault(quoted_value(code), quoted_value(message or UNSAID))


def _refuse_other_data(document: Object, row: object) -> None:
    injected = document.get("injection")
    if injected and isinstance(row, dict):
        raise RefusedCell(
            N_(
                "Ligne {line} : elle a à la fois « consommation » et « injection ». Faites-en deux"
                " lignes."
            )
        )
    if injected and not isinstance(injected, dict):
        raise RefusedCell(
            N_("Ligne {line} : « injection » vaut « {found} », il faut un objet JSON."),
            found=quoted_value(injected),
        )
    _refuse_contrary(row, "consommation", "Production")
    _refuse_contrary(injected, "injection", "Consommation")
    kind = row.get("type_conso") if isinstance(row, dict) else None
    if isinstance(kind, str) and "horaire" in fold(kind):
        raise RefusedCell(
            N_("Ligne {line} : ce sont des données horaires. Demandez les données journalières.")
        )
    for block in ("donnees_contractuelles", "donnees_techniques"):
        if block in document:
            raise RefusedCell(
                N_("Ligne {line} : « {found} » n’est pas une consommation. Retirez ces lignes."),
                found=block,
            )


def _refuse_contrary(row: object, block: str, way: str) -> None:
    """Raise RefusedCell when the gas flows the other way than its block says."""
    flow = row.get("sens_flux_gaz") if isinstance(row, dict) else None
    if isinstance(flow, str) and fold(flow) == fold(way):
        raise RefusedCell(
            N_(
                "Ligne {line} : « {block} » y a le sens « {way} ». Le gaz consommé va dans"
                " « consommation », le gaz injecté dans « injection » : redemandez cette ligne."
            ),
            block=block,
            way=way,
        )


def _edge(document: Object, row: Object, side: str, block: str = "consommation") -> date:
    """Return the gas day at `side` (`debut` or `fin`); the date of the index is the fallback."""
    field = f"date_{side}_{block}"
    stamp = row.get(field)
    if stamp is None:
        reading = document.get(f"releve_{side}")
        stamp = reading.get("date_releve") if isinstance(reading, dict) else None
    return days.gas_day_at(stamp, field)


def _factor(row: Object) -> int | None:
    factors = row.get("coeff_calcul")
    factor = factors.get("coeff_conversion") if isinstance(factors, dict) else None
    return cell_parser.coefficient(factor, "coeff_conversion")


def _injected_values(row: Object) -> LineValues:
    require(row, "energie", "volume_brut")
    return LineValues(
        cell_parser.energy(row["energie"], "energie"),
        cell_parser.volume(row["volume_brut"], "volume_brut"),
        coefficient=_factor(row),
        quality=cell_parser.quality(row.get("type_qualif_injection"), "type_qualif_injection"),
        status=cell_parser.status(row.get("statut_injection"), "statut_injection"),
        converted=cell_parser.volume(row.get("volume_converti"), "volume_converti"),
    )


def _values(document: Object, row: Object) -> LineValues:
    require(row, "energie", "volume_brut")
    return LineValues(
        cell_parser.energy(row["energie"], "energie"),
        cell_parser.volume(row["volume_brut"], "volume_brut"),
        cell_parser.index(_index(document, "debut"), "index_brut_debut"),
        cell_parser.index(_index(document, "fin"), "index_brut_fin"),
        _factor(row),
        None,
        cell_parser.quality(row.get("type_qualif_conso"), "type_qualif_conso"),
        cell_parser.status(row.get("statut_conso"), "statut_conso"),
        rollover=row.get("flag_retour_zero") is True,
    )


def _index(document: Object, side: str) -> object:
    reading = document.get(f"releve_{side}")
    brut = reading.get(f"index_brut_{side}") if isinstance(reading, dict) else None
    return brut.get("valeur_index") if isinstance(brut, dict) else None
