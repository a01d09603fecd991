"""E-invoices give the bill that they say; hostile or empty files give a sentence."""

import json
from datetime import date

import pikepdf
import pytest

from core.errors import Unreadable
from data.money.bills.files import e_invoice
from data.money.bills.files.decoder import decoded
from data.money.bills.types import EInvoice, EInvoiceProblem, Nature
from tests.data.money.bills.e_invoices import PCE_ID, cii, cii_lines, pdf, ubl

JANUARY = {"first": date(2026, 1, 1), "last": date(2026, 1, 31)}
BILL = EInvoice(
    (PCE_ID,), "F-2026-01", Nature.MEASURED, **JANUARY, energy_wh=3_472_000, start_dm3=1_000_000,
    end_dm3=1_310_000, coefficient_e4=112_000, cents=34_720,
)  # fmt: skip
ESTIMATED = EInvoice(
    (PCE_ID,), "U-7", Nature.ESTIMATED, **JANUARY, energy_wh=3_472_000, cents=34_720
)


def read_here(content):
    """Decode in this process, which coverage sees."""
    return e_invoice.bill_in(json.loads(json.dumps(decoded(content), default=str))["bill"])


def test_factur_x_goes_through_the_sandbox():
    assert e_invoice.read(pdf(cii())) == BILL


def test_ubl_and_cii_are_read_and_a_credit_note_is_negative():
    assert read_here(cii()) == BILL
    assert read_here(ubl()) == ESTIMATED
    credit = read_here(ubl("CreditNote"))
    assert (credit.energy_wh, credit.cents) == (-3_472_000, -34_720)


@pytest.mark.parametrize(
    ("lines", "kwh"),
    [
        ([("Gaz janvier", "1000"), ("Gaz janvier, option verte", "1000")], 1000),  # the same kWh
        ([("Gaz tranche 1", "1000"), ("Gaz tranche 2", "500")], 1500),
        ([("Acheminement", "1000"), ("Accise", "1000")], None),
        ([("Gaz", "1.5", "MWH"), ("Abonnement", "1", "MON")], 1500),
    ],
)
def test_the_energy_is_that_of_the_gas_alone(lines, kwh):
    bill = read_here(cii(cii_lines(*lines)))
    assert bill.energy_wh == (kwh and kwh * 1000)


def test_a_delivery_point_in_a_note_is_found_and_another_currency_gives_no_amount():
    bill = read_here(cii(pce="", currency="CHF", note="Site : PCE n° 0999 9999 9100 01, Lyon"))
    assert (bill.pces, bill.cents) == ((PCE_ID,), None)


BILLION = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x SYSTEM "file:///etc/passwd">'


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (pdf(), EInvoiceProblem.NO_DATA),
        (pdf(cii(), "annexe.xml"), EInvoiceProblem.NO_DATA),
        (pdf(cii(), encryption=pikepdf.Encryption(user="x", owner="y")), EInvoiceProblem.ENCRYPTED),
        (b"%PDF-1.7 nothing", EInvoiceProblem.DAMAGED),
        (pdf(b" " * 9_000_000), EInvoiceProblem.TOO_LARGE),
        (pdf(b" " * 90_000_000), EInvoiceProblem.DAMAGED),  # 90 kB on the disk
        (cii(head=BILLION), EInvoiceProblem.DOCUMENT_TYPE),
        (cii(head=OUTSIDE), EInvoiceProblem.DOCUMENT_TYPE),
        (pdf(cii(head=OUTSIDE)), EInvoiceProblem.DOCUMENT_TYPE),
        (cii(head=OUTSIDE).decode().replace("UTF-8", "UTF-16").encode("utf-16"),
         EInvoiceProblem.DOCUMENT_TYPE),
        (b"<a>" * 100 + b"</a>" * 100, EInvoiceProblem.TOO_LARGE),
        (b"<a>" + b"<b/>" * 200_001 + b"</a>", EInvoiceProblem.TOO_LARGE),
        (b" " * 5_000_001, EInvoiceProblem.TOO_LARGE),
        (b"bonjour", EInvoiceProblem.NOT_XML),
        (b"<html/>", EInvoiceProblem.NOT_INVOICE),
        (ubl().replace(b"urn:cen.eu:en16931:2017", b"urn:x"), EInvoiceProblem.NOT_INVOICE),
        (cii().replace(b"ram:TypeCode>380", b"ram:Surprise>380"), EInvoiceProblem.NOT_XML),
        (cii().replace(b"<ram:ApplicableHeaderTradeDelivery/>", b""), EInvoiceProblem.INVALID),
    ],
)  # fmt: skip
def test_a_file_without_a_bill_says_why(content, problem):
    assert decoded(content)["problem"] is problem


def test_what_the_sandbox_kills_is_refused_and_a_refusal_is_a_sentence():
    with pytest.raises(Unreadable, match="trop lourd"):
        e_invoice.read(b"x", program=["/bin/sh", "-c", "kill -SEGV $$"])
    with pytest.raises(Unreadable, match="trop lourd"):
        e_invoice.read(b" " * (e_invoice.MOST_BYTES + 1))
    with pytest.raises(Unreadable, match="ne contient pas de données"):
        e_invoice.read(pdf())
    assert set(e_invoice.PROBLEMS) == set(EInvoiceProblem)
