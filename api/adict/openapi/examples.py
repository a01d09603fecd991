"""Build an example of each response with the code that builds the real ones."""

from datetime import UTC, date, datetime
from typing import Any

from api.adict.right_serializer import declared_told, right_told
from data.exports.files.serializer import lines_of
from data.exports.types import Content, ExportSpec, FileKind, PceExtract
from data.metering.consumption.files.adict_writer import injection_line
from data.metering.consumption.types import InjectionStatement, Quality, Status
from data.metering.pces.types import Frequency, PceScope
from data.provenance import DataSource
from data.rights.types import DeclarationOrigin, RightDataKind, RightRole, RightRow, RightState

Json = dict[str, Any]
PCE = "09999999900617"
UID = "5b0c9a52-6f0e-4d7f-9a53-0c1f6f3d2a11"
TOKEN = "WzEsMTc5…"  # noqa: S105 (nobody's)
_SCOPE = PceScope(1, PCE, "", Frequency.MONTHLY, None)
_FIRST, _LAST, _ENDS = date(2026, 9, 1), date(2026, 9, 30), date(2028, 8, 31)
_RIGHT = RightRow(
    id=1,
    uid=UID,
    number=PCE,
    role=RightRole.AUTHORISED_SUPPLY,
    state=RightState.ACTIVE,
    third_party="THERMIA CONSEIL",
    site="",
    person="",
    company="LYCEE DES TILLEULS",
    email="intendance@tilleuls.example",
    phone="0600000000",
    postal_code="13400",
    starts_on=_FIRST,
    ends_on=_ENDS,
    supply_first=date(2023, 9, 1),
    supply_last=_ENDS,
    injection_first=None,
    injection_last=None,
    kinds=frozenset(RightDataKind),
    created_at=datetime(2026, 9, 1, 7, 31, 7, tzinfo=UTC),
    closed_at=None,
    source=None,
    origin=DeclarationOrigin.DIRECT,
    answer_due=None,
    proof_state=None,
    proof_due=None,
    consented_on=None,
    purpose="",
)
_FED = InjectionStatement(
    *(_FIRST, _LAST, 1_250_400_000, 112_000_000, 121_200_000, 111_643),
    *(Quality.MEASURED, Status.DEFINITIVE),
)
_ROWS: dict[Content, tuple[object, ...]] = {
    Content.DAILY: (
        *(date(2026, 9, 7), 18_640_000, 18_649_000, 9_000, 100_700, 111_900, None),
        *(int(Quality.MEASURED), int(Status.PROVISIONAL), int(DataSource.DISTRIBUTOR), 0),
    ),
    Content.PUBLISHED: (
        *(_FIRST, _LAST, 18_204_000, 18_391_000, 187_000, 2_096_000, 112_100),
        *(int(Quality.MEASURED), int(Status.DEFINITIVE), int(DataSource.DISTRIBUTOR)),
    ),
    Content.CONTRACTUAL: ("T2", "", "P012", 64_000, 63_100, None, date(2021, 8, 2), None),
    Content.TECHNICAL: (
        *("12 RUE DES TILLEULS", "13400", "VILLENEUVE-EXEMPLE", "1M", "123A456789", None),
        *("G16", "25", "0,021", "GD9999", "EXEMPLE", "Non"),
    ),
}


def right() -> Json:
    return right_told(_RIGHT)


def declared() -> Json:
    return declared_told(_RIGHT) | {"etat_droit_acces": "A valider"}


def declaration_example() -> Json:
    """Return a complete declaration."""
    right_fields = declared_told(_RIGHT)
    required_names = ("code_postal", "courriel_titulaire", "numero_telephone_mobile_titulaire")
    dates = ("date_debut_droit_acces", "date_fin_droit_acces")
    perimeters = [
        name for name in right_fields if name.startswith("perim_") and "_inj_" not in name
    ]
    fields = {name: right_fields[name] for name in (*required_names, *dates, *perimeters)}
    return {"role_tiers": right_fields["role_tiers"], "raison_sociale": _RIGHT.company, **fields}


def line(content: Content) -> Json:
    """Return the example line of a PCE's data."""
    data_request = ExportSpec(content, FileKind.NDJSON, first=_FIRST, last=_LAST)
    (content_line,) = lines_of(data_request, PceExtract(_SCOPE, 1, [_ROWS[content]]))
    return content_line


def injected() -> Json:
    injection_fields = injection_line(_FED)
    period = {"valeur": None, "date_debut": _FIRST.isoformat(), "date_fin": _LAST.isoformat()}
    return {"pce": {"id_pce": "GI999602"}, "periode": period, **injection_fields}


def token() -> Json:
    return {
        "token_type": "Bearer",
        "access_token": TOKEN,
        "expires_in": 14400,
        "scope": "/adict/v2",
    }
