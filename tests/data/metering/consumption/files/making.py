"""Small files of every kind, made by code, for the tests to break."""

import json
import zipfile
from io import BytesIO
from zipfile import ZIP_DEFLATED

import xlsxwriter

PCE = "09999999910001"
DAILY = [
    "Date de relevé",
    "Index de début de période (m3)",
    "Index de fin de période (m3)",
    "Volume consommé (m3)",
    "Energie consommée (kWh)",
    "Coefficient de conversion",
    "Température locale (°C)",
    "Qualification du relevé",
]
PERIODIC = ["Date de relevé", "Volume consommé (m3)", "Energie consommée (kWh)"]
CSV_HEADER = (
    "PCE;Alias;Journée gazière;Index début (m3);Index fin (m3);Volume (m3);Energie (kWh PCS);"
    "Coefficient;Température (°C);Qualification;Statut"
)
CSV_LINE = PCE + ";Mairie;2021-01-05;100;112;12;133,4;11,12;-3,5;Mesuré;Définitive"
DAY = ["05/01/2021", 100, 112, 12, 133, 11.12, 4.5, "Mesuré"]


def sheet(rows, *, header=DAILY, header_line=9, export="Export du 24/11/2021", pce=PCE):
    """An Espace Client workbook whose data are *rows*, given from column B."""
    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        page = book.add_worksheet("Historique par mois")
        page.write("B1", "Données informatives et détaillées")
        page.write("E1", export)
        page.write("C4", "N° PCE :")
        page.write("E4", pce)
        page.write("C5", "Libellé du logement :")
        page.write("E5", "Mairie")
        for line, row in enumerate([header, *rows], start=header_line - 1):
            for column, value in enumerate(row, start=1):
                if value is not None:
                    page.write(line, column, value)
    return target.getvalue()


def repacked(content, method):
    """The same workbook, its parts compressed by *method*."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(target, "w", method) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    return target.getvalue()


def lying(content, octets):
    """The same workbook, one part of it *octets* long and said to be of 1 000."""
    target = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, b"0" * octets if name == "xl/workbook.xml" else old.read(name))
    truth, lie = octets.to_bytes(4, "little"), (1000).to_bytes(4, "little")
    return target.getvalue().replace(truth, lie)


def csv(*lines, header=CSV_HEADER):
    return "\n".join([header, *lines, ""]).encode()


def reading(**changes):
    """One reading of the web API."""
    row = {
        "coeffConversion": 11.12,
        "dateDebutReleve": "2021-01-05T06:00:00+00:00",
        "dateFinReleve": "2021-01-06T06:00:00+00:00",
        "energieConsomme": 133,
        "frequenceReleve": None,
        "indexDebut": 100,
        "indexFin": 112,
        "journeeGaziere": "2021-01-05",
        "natureReleve": "Informative Journalier",
        "pcs": None,
        "pta": None,
        "qualificationReleve": "Mesuré",
        "status": "Provisoire",
        "temperature": None,
        "volumeBrutConsomme": 12,
        "volumeConverti": None,
    }
    row.update(changes)
    return row


def without(row, *fields):
    return {key: value for key, value in row.items() if key not in fields}


def web(*readings, pce=PCE):
    document = {pce: {"frequence": None, "idPce": pce, "releves": list(readings)}}
    return json.dumps(document, indent=1).encode()


def line(**changes):
    """One informative line of ADICT; *changes* are those of its `consommation`."""
    row = {
        "date_debut_consommation": "2025-01-06T06:00:00+01:00",
        "date_fin_consommation": "2025-01-07T06:00:00+01:00",
        "flag_retour_zero": None,
        "volume_brut": 9,
        "coeff_calcul": {"coeff_pta": None, "valeur_pcs": None, "coeff_conversion": 11.19},
        "volume_converti": None,
        "energie": 97,
        "type_qualif_conso": "Mesuré",
        "sens_flux_gaz": "Consommation",
        "statut_conso": "Provisoire",
        "journee_gaziere": "2025-01-06",
        "type_conso": "Informative Journalier",
    }
    row.update(changes)
    return {
        "pce": {"id_pce": PCE},
        "periode": {"valeur": None, "date_debut": "2025-01-06", "date_fin": "2025-01-08"},
        "releve_debut": {
            "date_releve": None,
            "index_brut_debut": {"valeur_index": None, "horodate_Index": None},
        },
        "releve_fin": {
            "date_releve": "2025-01-07T06:00:00+01:00",
            "index_brut_fin": {
                "valeur_index": 18640,
                "horodate_Index": "2025-01-07T06:00:00+01:00",
            },
        },
        "consommation": row,
        "statut_restitution": None,
    }


def status_line(code, message):
    return {
        "pce": {"id_pce": PCE},
        "releve_debut": None,
        "releve_fin": None,
        "consommation": None,
        "statut_restitution": {"code": code, "message": message},
    }


def injected(**changes):
    """One published line of ADICT about injected gas; *changes* are those of its `injection`."""
    row = {
        "date_debut_injection": "2025-01-01T06:00:00+01:00",
        "date_fin_injection": "2025-02-01T06:00:00+01:00",
        "flag_retour_zero": None,
        "volume_brut": 112_000,
        "coeff_calcul": {"coeff_pta": 1.0821, "valeur_pcs": 10.3172, "coeff_conversion": 11.1643},
        "volume_converti": 121_195,
        "energie": 1_250_402,
        "type_qualif_injection": "Mesuré",
        "sens_flux_gaz": "Production",
        "statut_injection": "Définitive",
        "journee_gaziere": None,
        "type_injection": "Publiée",
    }
    return {
        "pce": {"id_pce": PCE},
        "periode": {"valeur": "2025-01", "date_debut": "2025-01-01", "date_fin": "2025-01-31"},
        "releve_debut": None,
        "releve_fin": None,
        "injection": row | changes,
        "bordereau_publication": None,
        "statut_restitution": None,
    }


def ndjson(*objects):
    return "".join(json.dumps(o, ensure_ascii=False) + "\n" for o in objects).encode()


def archive(parts, compression=zipfile.ZIP_DEFLATED):
    target = BytesIO()
    with zipfile.ZipFile(target, "w", compression) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return target.getvalue()


def changed(content, changes):
    """The workbook *content* with some parts replaced, added, or (None) dropped."""
    with zipfile.ZipFile(BytesIO(content)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    for name, change in changes.items():
        if change is None:
            parts.pop(name)
        else:
            parts[name] = change(parts.get(name, b"")) if callable(change) else change
    return archive(parts)
