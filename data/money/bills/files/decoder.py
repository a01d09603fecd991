"""Read an e-invoice in the sandbox: Factur-X in a PDF, or UBL or CII on its own.

Nothing of the file is trusted: a document type, and with it any entity, is refused before libxml2
parses the file, and so are files that are very deep or have very many elements. Then the official
schema is checked, and the fields of EN 16931 are read, by the `factur-x` package.
"""

import json
import logging
import os
import sys
from dataclasses import asdict
from io import BytesIO
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

from core.sandbox import CPU_SECONDS, MEMORY, bound
from data.money.bills.files.e_invoice_fields import bill_of
from data.money.bills.types import EInvoiceProblem

MOST_XML = 5_000_000  # bytes; a bill of a hundred delivery points has a fifth of it
MOST_DEPTH = 60  # elements; UBL has about ten
MOST_ELEMENTS = 200_000
MOST_UNPACKED = 32 * 1024 * 1024  # of a PDF stream
NAMES = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml")  # by the standards, in lower case


class _Refused(Exception):
    def __init__(self, problem: EInvoiceProblem, where: str = "") -> None:
        super().__init__(problem)
        self.problem, self.where = problem, where


def serve() -> None:
    """Read the file on standard input within limits; print its bill or its problem as JSON."""
    bound(MEMORY, CPU_SECONDS)
    logging.disable(logging.CRITICAL)  # the package logs what it reads
    sys.stdout.write(json.dumps(decoded(sys.stdin.buffer.read()), default=str))
    sys.stdout.flush()
    os._exit(0)  # skips clean-up in libraries that a hostile file may have corrupted


def decoded(content: bytes) -> dict[str, Any]:
    """Return `{"bill": …}`, or `{"problem": …, "where": …}`."""
    try:
        xml = xml_in_pdf(content) if content[:1024].find(b"%PDF-") >= 0 else content
        check_harmless(xml)
        return {"bill": asdict(bill_of(_fields_of(xml)))}
    except _Refused as refused:
        return {"problem": refused.problem, "where": refused.where}
    except (MemoryError, RecursionError):
        return {"problem": EInvoiceProblem.TOO_LARGE, "where": ""}


def xml_in_pdf(content: bytes) -> bytes:
    """Return the invoice embedded in a PDF; it is looked for by its name, never by its content."""
    import pikepdf

    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=MOST_UNPACKED, run_length_max_memory=MOST_UNPACKED, max_stream_filters=4
    )
    try:
        with pikepdf.open(BytesIO(content), suppress_warnings=True) as document:
            for name, attached in document.attachments.items():
                if name.lower() in NAMES:
                    return attached.get_file().read_bytes()
    except pikepdf.PasswordError:
        raise _Refused(EInvoiceProblem.ENCRYPTED) from None
    except Exception:  # noqa: BLE001 (whatever a library lets through: it could not read it)
        raise _Refused(EInvoiceProblem.DAMAGED) from None
    raise _Refused(EInvoiceProblem.NO_DATA)


def check_harmless(xml: bytes) -> None:
    """Raise _Refused for a file that is no XML, has a document type, or is large or deep."""
    if len(xml) > MOST_XML:
        raise _Refused(EInvoiceProblem.TOO_LARGE)
    depth = count = 0

    def enter(_name: str, _attributes: object) -> None:
        nonlocal depth, count
        depth, count = depth + 1, count + 1
        if depth > MOST_DEPTH or count > MOST_ELEMENTS:
            raise _Refused(EInvoiceProblem.TOO_LARGE)

    def leave(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def refuse(*_facts: object) -> None:
        raise _Refused(EInvoiceProblem.DOCUMENT_TYPE)

    parser = ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = enter, leave
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(xml, True)  # noqa: FBT003 (of the standard library)
    except (ExpatError, ValueError, LookupError):
        raise _Refused(EInvoiceProblem.NOT_XML) from None


def _fields_of(xml: bytes) -> dict[str, Any]:
    """Return the fields of EN 16931, by their codes (`BT-1`), of a file that its schema accepts."""
    from facturx import parse_ubl_cii_xml

    try:
        fields: dict[str, Any] = parse_ubl_cii_xml(xml, date_as="string", bytes_as="string")
    except Exception as error:  # noqa: BLE001 (the package raises bare exceptions)
        raise _refusal(error) from None
    return fields


def _refusal(error: Exception) -> _Refused:
    """Return why the package refuses a file: the first line that its schema refuses, if any."""
    log = getattr(error.__cause__, "error_log", None)
    if log:
        return _Refused(EInvoiceProblem.INVALID, str(log[0].line))
    return _Refused(EInvoiceProblem.NOT_INVOICE)
