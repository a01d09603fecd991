"""Broken and hostile files, each with what its sentence must say: (name, bytes, fragments)."""

import gzip
import struct
import zipfile
import zlib
from io import BytesIO

from tests.data.metering.consumption.files.making import (
    CSV_LINE,
    DAILY,
    DAY,
    PCE,
    PERIODIC,
    archive,
    changed,
    csv,
    injected,
    line,
    lying,
    ndjson,
    reading,
    repacked,
    sheet,
    status_line,
    web,
    without,
)

SHEET_XML = "xl/worksheets/sheet1.xml"
STRINGS_XML = "xl/sharedStrings.xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _day(**changes):
    names = ["date", "start", "end", "volume", "energy", "coefficient", "temperature", "quality"]
    row = dict(zip(names, DAY, strict=True)) | changes
    return list(row.values())


def _other_kinds():
    yield "nothing", b"", ["vide"]
    yield "only blanks", b" \r\n\t\n  ", ["vide"]
    yield "only separators", b";;;\r\n;;;\r\n", ["vide"]
    yield "only a bom", b"\xef\xbb\xbf", ["vide"]
    yield "pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", ["PDF"]
    yield "png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", ["image"]
    yield "jpeg", b"\xff\xd8\xff\xe0\x00\x10JFIF", ["image"]
    yield "a photo of a phone", b"\0\0\0\x18ftypheic\0\0\0\0", ["image"]
    yield "webp", b"RIFF\x24\0\0\0WEBPVP8 ", ["image"]
    yield "gzip", gzip.compress(csv(CSV_LINE)), ["archive", "Décompressez"]
    yield "7z", b"7z\xbc\xaf\x27\x1c\x00\x04", ["archive"]
    yield "program", b"\x7fELF\x02\x01\x01", ["programme"]
    yield "windows program", b"MZ\x90\x00\x03\x00", ["programme"]
    yield "database", b"SQLite format 3\x00" + b"\x10" * 50, ["base de données"]
    yield "sign-in page", b"<!DOCTYPE html><html><body>Connexion</body></html>", ["page web"]
    yield "html without doctype", b"\n <HTML><head></head></HTML>", ["page web"]
    yield "xml", b'<?xml version="1.0"?><releves/>', ["XML"]
    yield "old xls", OLE + b"\0" * 600 + "Workbook".encode("utf-16-le"), [".xls", ".xlsx"]
    yield (
        "encrypted workbook",
        OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
        ["mot de passe"],
    )
    yield "utf-32", csv(CSV_LINE).decode().encode("utf-32"), ["Ligne 1", "0x00"]
    yield "utf-16 without bom", csv(CSV_LINE).decode().encode("utf-16-le"), ["Ligne 1", "0x00"]
    yield "nul in the third line", csv(CSV_LINE, "a\0b"), ["Ligne 3", "0x00"]
    yield "neither utf-8 nor cp1252", csv(CSV_LINE) + b"\x81\x8d\x8f\n", ["Ligne 3", "UTF-8"]
    yield "noise", bytes(range(1, 256)) * 40, ["octets"]
    yield "a letter", "Bonjour,\nvoici mes relevés.\n".encode(), ["Ligne 1", "en-tête"]
    nothing = b'{"2024-01-05": null, "2024-01-06": 99, "2024-13-01": 4}'
    yield "temperatures of nothing", nothing, ["Ligne 1", "température"]
    crowd = ", ".join(f'"{n}": 1' for n in range(50_000))
    yield "a crowd of temperatures", f'{{"2024-01-05": 1, {crowd}}}'.encode(), ["trop volumineux"]
    wrong = ", ".join(f'"\\u0032{n}-01-01": "x"' for n in range(39_000))
    yield "wrong temperatures", f'{{"2024-01-05": null, {wrong}}}'.encode(), ["Ligne 1", "manque"]


def _sheets():
    good = sheet([DAY])
    yield "a truncated workbook", good[: len(good) // 2], ["abîmé"]
    yield "a zip signature alone", b"PK\x03\x04", ["abîmé"]
    flipped = bytearray(good)
    flipped[len(good) // 3] ^= 0xFF
    yield "a flipped byte", bytes(flipped), ["abîmé"]
    yield "a zip of a csv", archive({"releves.csv": csv(CSV_LINE)}), ["archive ZIP"]
    yield "a zip without entries", archive({}), ["archive ZIP"]
    yield "a word document", archive({"word/document.xml": b"<w/>"}), ["Word"]
    yield "an ods", archive({"content.xml": b"<x/>", "mimetype": b"ods"}), [".ods"]
    yield "an xlsb", archive({"xl/workbook.bin": b"\0"}), [".xlsb"]
    yield "macros", changed(good, {"xl/vbaProject.bin": b"\0"}), ["macro"]
    yield "no sheet part", changed(good, {SHEET_XML: None}), ["abîmé"]
    yield "a sheet of broken xml", changed(good, {SHEET_XML: b"<worksheet><sheet"}), ["abîmé"]
    yield "a workbook part of noise", changed(good, {"xl/workbook.xml": b"\xff\xfe"}), ["abîmé"]
    yield "an encrypted zip", _flagged(good), ["mot de passe"]
    yield "no header", sheet([DAY], header=["Jour", "kWh"]), ["en-tête", "Date de relevé"]
    yield "an empty sheet", sheet([], header=[]), ["en-tête"]
    yield "a header and no line", sheet([]), ["aucun relevé"]
    for missing in ("Volume consommé (m3)", "Energie consommée (kWh)", "Qualification du relevé"):
        kept = [position for position, text in enumerate(DAILY) if text != missing]
        yield (
            f"daily without {missing}",
            sheet([[DAY[p] for p in kept]], header=[DAILY[p] for p in kept]),
            ["Ligne 9", missing],
        )
    yield "weekly without energy", sheet([], header=PERIODIC[:2]), ["Ligne 9", PERIODIC[2]]
    twice = [*DAILY, "Energie consommée (kWh)"]
    yield "a column twice", sheet([[*DAY, 1]], header=twice), ["Ligne 9", "deux fois"]
    other = [text.replace("kWh", "GWh") for text in DAILY]
    yield "another unit", sheet([DAY], header=other), ["Ligne 9", "gwh", "kWh"]
    yield "thirteen digits", sheet([DAY], pce="9999999910001"), ["Ligne 4", "13 chiffres", PCE]
    yield "a pce as a number", sheet([DAY], pce=9999999910001), ["Ligne 4", "13 chiffres", PCE]
    yield "a pce in powers of ten", sheet([DAY], pce="2,2E+13"), ["Ligne 4", "pas un PCE"]
    yield "an impossible export day", sheet([DAY], export="Export du 31/02/2021"), ["Ligne 1"]
    yield "an annual export", sheet([["2021", 1, 1]], header=PERIODIC), ["annuel"]


def _flagged(content):
    """The archive with the bit that says "encrypted" set on every entry."""
    raw = bytearray(content)
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = raw.find(signature)
        while at >= 0:
            raw[at + offset] |= 1
            at = raw.find(signature, at + 4)
    return bytes(raw)


def _sheet_lines():
    word = "Qualification du relevé"
    yield (
        "a word for an energy",
        sheet([DAY, _day(date="06/01/2021", energy="n/c")]),
        ["Ligne 11", "F, Energie consommée (kWh)", "n/c"],
    )
    yield "a negative energy", sheet([_day(energy=-3)]), ["Ligne 10", "F, Energie", "négatif"]
    yield "a negative index", sheet([_day(start=-3)]), ["Ligne 10", "C, Index", "négatif"]
    yield "an energy past reason", sheet([_day(energy=1e15)]), ["Ligne 10", "F, ", "impossible"]
    yield "an energy as 1e99", sheet([_day(energy="1e99")]), ["Ligne 10", "F, ", "impossible"]
    yield "a boolean", sheet([_day(volume=True)]), ["Ligne 10", "E, Volume", "pas un nombre"]
    yield "an unknown quality", sheet([_day(quality="Deviné")]), ["Ligne 10", word, "Deviné"]
    yield (
        "the 30th of February",
        sheet([_day(date="30/02/2021")]),
        ["Ligne 10", "B, Date", "30/02/2021"],
    )
    yield "a date of two digits", sheet([_day(date="05/01/21")]), ["Ligne 10", "pas une date"]
    yield "no date", sheet([_day(date=None)]), ["Ligne 10", "date manque"]
    yield (
        "a day after the export",
        sheet([_day(date="25/11/2021")]),
        ["Ligne 10", "25/11/2021", "avenir"],
    )
    yield "the year 1021", sheet([_day(date="05/01/1021")]), ["Ligne 10", "trop ancienne"]
    yield "a day twice", sheet([DAY, _day(energy=134)]), ["Lignes 10 et 11", "05/01/2021"]
    yield (
        "a week of nine days",
        sheet([["Du 01/01/2021 au 09/01/2021", 1, 11]], header=PERIODIC),
        ["Ligne 10", "semaine"],
    )
    yield (
        "a week backwards",
        sheet([["Du 09/01/2021 au 03/01/2021", 1, 11]], header=PERIODIC),
        ["Ligne 10", "semaine"],
    )
    yield (
        "a month of no calendar",
        sheet([["Brumaire 2020 ", 1, 11]], header=PERIODIC),
        ["Ligne 10", "Brumaire"],
    )
    yield (
        "days under a weekly header",
        sheet([["05/01/2021", 1, 11]], header=PERIODIC),
        ["Ligne 9", word],
    )
    yield (
        "a total below",
        sheet([DAY, ["Total", None, None, 12, 133, None, None, "Mesuré"]]),
        ["Ligne 11", "Total"],
    )


def _bombs():
    good = sheet([DAY])
    yield (
        "a zip bomb",
        changed(good, {"xl/worksheets/sheet2.xml": b"0" * 40_000_000}),
        ["trop volumineux"],
    )
    yield "a zip bomb whose header lies", lying(good, 40_000_000), ["abîmé"]
    yield "a workbook packed by bzip2", repacked(good, zipfile.ZIP_BZIP2), ["abîmé"]
    yield (
        "a larger zip bomb",
        changed(good, {"xl/media/a.png": b"0" * 60_000_000}),
        ["trop volumineux"],
    )
    yield (
        "ten thousand entries",
        changed(good, {f"xl/{n}.xml": b"<a/>" for n in range(600)}),
        ["trop volumineux"],
    )
    yield "a zip that lies on its sizes", _lying(good), ["abîmé"]
    entities = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">]><worksheet>&a;</worksheet>'
    yield "entities", changed(good, {SHEET_XML: entities}), ["abîmé"]
    outer = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
    yield "an outside entity", changed(good, {STRINGS_XML: outer}), ["abîmé"]
    yield (
        "a sheet in utf-16",
        changed(good, {SHEET_XML: lambda part: part.decode().encode("utf-16")}),
        ["abîmé"],
    )
    yield "the last cell of all", _with_cell(good, b"XFD1048576"), ["trop volumineux"]
    yield "a row past all rows", _with_cell(good, b"B99999999999"), ["trop volumineux"]
    rows = b"<row><c/></row>" * 60_000
    wide = rows + b"<row>" + b"<c/>" * 16_000 + b"</row>"
    yield (
        "cells without a place",
        changed(
            good, {SHEET_XML: lambda part: part.replace(b"</sheetData>", wide + b"</sheetData>")}
        ),
        ["trop volumineux"],
    )
    long = b"<si><t>" + b"x" * 900_000 + b"</t></si></sst>"
    yield (
        "one long string a thousand times",
        changed(
            good,
            {
                STRINGS_XML: lambda part: part.replace(b"</sst>", long),
                SHEET_XML: lambda part: part.replace(
                    b"</sheetData>", b'<row><c t="s"><v>0</v></c></row>' * 1000 + b"</sheetData>"
                ),
            },
        ),
        ["trop volumineux"],
    )
    yield "deep xml", changed(good, {SHEET_XML: b"<worksheet>" + b"<a>" * 200_000}), ["en-tête"]


def _with_cell(content, reference):
    extra = b'<row><c r="' + reference + b'"><v>1</v></c></row></sheetData>'
    return changed(content, {SHEET_XML: lambda part: part.replace(b"</sheetData>", extra)})


def _lying(content):
    """An entry that says 10 bytes and unpacks to 30 MB, its checksum that of the first ten."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = packer.compress(b"<" * 30_000_000) + packer.flush()
    name, crc = b"xl/sharedStrings2.xml", zlib.crc32(b"<" * 11)
    source = changed(content, {name.decode(): b"x"})
    with zipfile.ZipFile(BytesIO(source)) as packed:
        parts = {i: packed.read(i) for i in packed.namelist() if i != name.decode()}
    body, central = b"", b""
    for part, raw in [*((n.encode(), c) for n, c in parts.items()), (name, None)]:
        stored = data if raw is None else raw
        method, check, length = (8, crc, 10) if raw is None else (0, zlib.crc32(raw), len(raw))
        common = struct.pack("<HHHHHIII", 20, 0, method, 0, 33, check, len(stored), length)
        central += (
            b"PK\x01\x02\x14\x00"
            + common
            + struct.pack("<HHHHHII", len(part), 0, 0, 0, 0, 0, len(body))
            + part
        )
        body += b"PK\x03\x04" + common + struct.pack("<HH", len(part), 0) + part + stored
    end = struct.pack("<HHHHIIH", 0, 0, len(parts) + 1, len(parts) + 1, len(central), len(body), 0)
    return body + central + b"PK\x05\x06" + end


def _webs():
    yield "json cut short", web(reading())[:-40], ["Ligne ", "colonne ", "s’arrête"]
    yield "a json string never closed", b'{"a": "b', ["Ligne 1", "s’arrête"]
    yield "a comma too many", b'{\n "a": 1,,\n}', ["Ligne 2", "colonne 9"]
    yield "a python dict", b"{'idPce': 1}", ["Ligne 1", "colonne 2"]
    yield "two documents", web(reading()) + b"\n{}", ["autre chose"]
    yield "an empty list", b"[]", ["aucun relevé"]
    yield "an empty object", b"{}", ["aucun relevé"]
    yield "no reading", web(), ["aucun relevé"]
    yield "another json", b'{"name": "portal", "version": 3}', ["releves"]
    yield "a list of numbers", b"[1, 2, 3]", ["releves"]
    yield "a delivery point alone", b'[{"pce": "09999999910001", "alias": "x"}]', ["releves"]
    yield "readings that are a text", b'{"releves": "x"}', ["Ligne 1", "liste"]
    yield "a reading that is a number", b'{"releves": [\n 4]}', ["relevé", "objet"]
    yield (
        "a reading without energy",
        web(reading(), without(reading(), "energieConsomme")),
        ["Ligne 24", "energieConsomme"],
    )
    yield (
        "an energy in words",
        web(reading(energieConsomme="beaucoup")),
        ["Ligne 6", "energieConsomme", "beaucoup"],
    )
    yield "an energy of an object", web(reading(energieConsomme={"a": 1})), ["Ligne 6", "{…}"]
    yield "an energy below zero", web(reading(energieConsomme=-1)), ["Ligne 6", "négatif"]
    yield "not a number", web(reading(energieConsomme=float("nan"))), ["Ligne 6", "pas un nombre"]
    yield "infinity", web(reading(volumeBrutConsomme=float("inf"))), ["Ligne 6", "pas un nombre"]
    big = web(reading(energieConsomme=777)).replace(b"777", b"1e999")
    yield "1e999", big, ["Ligne 6", "energieConsomme", "impossible"]
    vast = b"1" + b"e9" + b"9" * 40
    yield "an exponent of forty digits", big.replace(b"1e999", vast), ["Ligne 6", "pas un nombre"]
    yield (
        "an integer of 1 000 digits",
        big.replace(b"1e999", b"7" * 1000),
        ["Ligne 6", "impossible"],
    )
    yield "an integer of 9 000 digits", big.replace(b"1e999", b"7" * 9000), ["trop grand"]
    yield (
        "a day that is not one",
        web(reading(journeeGaziere="2021-02-30")),
        ["Ligne 6", "journeeGaziere"],
    )
    yield (
        "a stamp that is not one",
        web(reading(journeeGaziere=None, dateDebutReleve="hier")),
        ["Ligne 6", "dateDebutReleve", "hier"],
    )
    yield "the year 2999", web(reading(journeeGaziere="2999-01-01")), ["Ligne 6", "avenir"]
    yield "an unknown status", web(reading(status="Peut-être")), ["Ligne 6", "status", "Peut-être"]
    yield "a quality that is a list", web(reading(qualificationReleve=[1])), ["Ligne 6", "[…]"]
    yield (
        "a day said twice",
        web(reading(), reading(energieConsomme=9)),
        ["Lignes 6 et 24", "05/01/2021"],
    )
    yield (
        "a period without length",
        web(
            reading(
                natureReleve="Publiée",
                journeeGaziere=None,
                dateFinReleve="2021-01-05T06:00:00+00:00",
            )
        ),
        ["Ligne 6", "finit"],
    )
    yield "a pce of surrogates", web(reading(), pce="\ud800\udfff\ud800"), ["Ligne 2", "pas un PCE"]
    yield "a pce of letters", web(reading(), pce="x' OR 1=1 --"), ["Ligne 2", "OR 1=1"]
    yield "nested lists", b"[" * 100_000, ["Ligne 1", "niveaux"]
    yield "nested objects", b'{"a":' * 100_000, ["Ligne 1", "niveaux"]
    yield "a million objects", b"[" + b"{}," * 1_000_000 + b"{}]", ["trop volumineux"]
    yield "three million values", b"[" + b"1.5," * 3_000_000 + b"1]", ["trop volumineux"]


def _adicts():
    yield (
        "gas that flows out of a consumption",
        ndjson(line(sens_flux_gaz="Production")),
        ["Ligne 1", "Production", "injection"],
    )
    yield (
        "gas that flows into an injection",
        ndjson(line(), injected(sens_flux_gaz="Consommation")),
        ["Ligne 2", "Consommation", "injection"],
    )
    yield (
        "consumed and injected at once",
        ndjson(line(), line() | {"injection": injected()["injection"]}),
        ["Ligne 2", "consommation", "injection", "deux"],
    )
    yield "an injection that is a list", ndjson({"pce": PCE, "injection": [5]}), ["Ligne 1", "[…]"]
    yield (
        "an injection without energy",
        ndjson({"pce": {"id_pce": PCE}, "injection": {"volume_brut": 5}}),
        ["Ligne 1", "energie"],
    )
    yield (
        "an injection that ends before it begins",
        ndjson(injected(date_fin_injection="2025-01-01T06:00:00+01:00")),
        ["Ligne 1", "01/01/2025", "finit"],
    )
    yield (
        "an injection said twice",
        ndjson(injected(), injected(energie=5)),
        ["Lignes 1 et 2", "01/01/2025", "deux"],
    )
    yield (
        "an injection of the future",
        ndjson(injected(date_fin_injection="2999-01-01T06:00:00+01:00")),
        ["Ligne 1", "avenir"],
    )
    yield "no right", ndjson(status_line("1000002", "Droit absent")), ["1000002", "Droit absent"]
    yield (
        "a status alone",
        ndjson({"code_statut_traitement": "2000000001", "message_retour_traitement": "Panne"}),
        ["2000000001", "Panne"],
    )
    silent = status_line("x", "x") | {"statut_restitution": None}
    yield "nothing and no reason", ndjson(line(), silent), ["Ligne 2", "consommation"]
    yield (
        "contract data",
        ndjson({"pce": {"id_pce": PCE}, "donnees_contractuelles": {}, "statut_restitution": None}),
        ["Ligne 1", "donnees_contractuelles"],
    )
    yield (
        "technical data",
        ndjson({"pce": {"id_pce": PCE}, "donnees_techniques": {}, "statut_restitution": {}}),
        ["Ligne 1", "donnees_techniques"],
    )
    yield "hourly data", ndjson(line(type_conso="Informative horaire")), ["Ligne 1", "horaires"]
    yield (
        "a line of text in between",
        ndjson(line()) + b"oups\n" + ndjson(line()),
        ["Ligne 2", "colonne 1", "oups"],
    )
    yield "a number in between", ndjson(line()) + b"12\n", ["Ligne 2", "12"]
    yield (
        "a line cut",
        ndjson(line(), line(journee_gaziere="2025-01-07"))[:-30],
        ["Ligne 2", "s’arrête"],
    )
    yield (
        "no energy",
        ndjson(line(), line() | {"consommation": without(line()["consommation"], "energie")}),
        ["Ligne 2", "energie"],
    )
    yield (
        "no pce said wrong",
        ndjson(line() | {"pce": {"id_pce": "12"}}),
        ["Ligne 1", "id_pce", "12"],
    )
    yield "two values for a day", ndjson(line(), line(energie=98)), ["Lignes 1 et 2", "06/01/2025"]
    yield (
        "two values for a period",
        ndjson(*(line(type_conso="Publiée", journee_gaziere=None, energie=e) for e in (1, 2))),
        ["Lignes 1 et 2", "période"],
    )
    yield (
        "an index in words",
        ndjson(line() | {"releve_fin": {"index_brut_fin": {"valeur_index": "x"}}}),
        ["Ligne 1", "index_brut_fin"],
    )


def _csvs():
    yield "a header alone", csv(), ["aucun relevé"]
    yield "another csv", b"nom;prenom\nDurand;Anne\n", ["Ligne 1", "nom"]
    yield (
        "no energy column",
        csv(header="PCE;Journée gazière;Volume (m3)"),
        ["Ligne 1", "Energie (kWh PCS)"],
    )
    yield "energy in GWh", csv(header="PCE;Journée gazière;Energie (GWh)"), ["Ligne 1", "gwh"]
    yield (
        "energy twice",
        csv(header="PCE;Journée gazière;Energie;Energie (kWh)"),
        ["Ligne 1", "deux fois"],
    )
    yield (
        "a short line",
        csv(CSV_LINE, PCE + ";Mairie;2021-01-06"),
        ["Ligne 3", "11 colonnes", "en a 3"],
    )
    yield "a long line", csv(CSV_LINE + ";;7"), ["Ligne 2", "en a 13"]
    yield "a quote left open", csv(CSV_LINE, '"' + CSV_LINE), ["Ligne 3", "guillemets"]
    yield (
        "a formula for an energy",
        csv(CSV_LINE.replace("133,4", "=1+1")),
        ["Ligne 2", "Energie (kWh PCS)", "=1+1"],
    )
    yield (
        "a command for a volume",
        csv(CSV_LINE.replace(";12;", ";@SUM(A1);")),
        ["Ligne 2", "Volume (m3)"],
    )
    yield "a lost last digit", csv(CSV_LINE.replace(PCE, PCE[:-1])), ["Ligne 2", "il en manque 1"]
    yield "a lost zero", csv(CSV_LINE.replace(PCE, PCE[1:])), ["Ligne 2", "PCE", "13 chiffres", PCE]
    yield "a pce as excel shows it", csv(CSV_LINE.replace(PCE, "1E+13")), ["Ligne 2", "pas un PCE"]
    yield (
        "a pce of other digits",
        csv(CSV_LINE.replace(PCE, "٠٩٩٩٩٩٩٩٩١٠٠٠١")),
        ["Ligne 2", "pas un PCE"],
    )
    yield (
        "two decimal signs",
        csv(CSV_LINE.replace("133,4", "1.133,4")),
        ["Ligne 2", "pas un nombre"],
    )
    yield "hexadecimal", csv(CSV_LINE.replace("133,4", "0x1F")), ["Ligne 2", "pas un nombre"]
    yield (
        "digits of another script",
        csv(CSV_LINE.replace("133,4", "١٣٣")),
        ["Ligne 2", "pas un nombre"],
    )
    yield (
        "infinity in a csv",
        csv(CSV_LINE.replace("133,4", "Infinity")),
        ["Ligne 2", "pas un nombre"],
    )
    yield (
        "month first",
        csv(CSV_LINE.replace("2021-01-05", "01/25/2021")),
        ["Ligne 2", "Journée gazière"],
    )
    yield (
        "colder than all",
        csv(CSV_LINE.replace("-3,5", "-300")),
        ["Ligne 2", "Température (°C)", "impossible"],
    )
    yield (
        "a wrong status",
        csv(CSV_LINE.replace("Définitive", "Finale")),
        ["Ligne 2", "Statut", "Finale"],
    )
    yield (
        "a line of a hundred thousand signs",
        csv(CSV_LINE, "x" * 100_000),
        ["Ligne 3", "trop longue"],
    )
    yield "a million empty lines", csv(CSV_LINE) + b"\n" * 1_000_000, ["500000 lignes"]
    yield "one line of 70 MB", b"PCE;" * 17_500_000, ["trop", "Mo"]
    yield "one line of 30 MB", b"PCE;" * 7_500_000, ["Ligne 1", "trop longue"]
    yield "a header of tags", b"PCE;<script>alert(1)</script>\n", ["Ligne 1", "manque"]


CORPUS = [
    *_other_kinds(),
    *_sheets(),
    *_sheet_lines(),
    *_bombs(),
    *_webs(),
    *_adicts(),
    *_csvs(),
]
