"""Make e-invoices of gas: CII, UBL, and a PDF with one inside."""

# ruff: noqa: E501 (XML as it is sent)

from io import BytesIO

import pikepdf

PCE_ID = "09999999910001"
ATTRIBUTES = {"Ancien index (m3)": "1000", "Nouvel index (m3)": "1310",
              "Coefficient de conversion": "11.2"}  # fmt: skip


def _cii_line(n, name, quantity, unit="KWH", attributes=(), first="20260101", last="20260131"):
    marks = "".join(
        f"<ram:ApplicableProductCharacteristic><ram:Description>{label}</ram:Description>"
        f"<ram:Value>{value}</ram:Value></ram:ApplicableProductCharacteristic>"
        for label, value in dict(attributes).items()
    )
    return f"""<ram:IncludedSupplyChainTradeLineItem>
<ram:AssociatedDocumentLineDocument><ram:LineID>{n}</ram:LineID></ram:AssociatedDocumentLineDocument>
<ram:SpecifiedTradeProduct><ram:Name>{name}</ram:Name>{marks}</ram:SpecifiedTradeProduct>
<ram:SpecifiedLineTradeAgreement><ram:NetPriceProductTradePrice><ram:ChargeAmount>0.05</ram:ChargeAmount>
</ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement>
<ram:SpecifiedLineTradeDelivery><ram:BilledQuantity unitCode="{unit}">{quantity}</ram:BilledQuantity>
</ram:SpecifiedLineTradeDelivery>
<ram:SpecifiedLineTradeSettlement><ram:ApplicableTradeTax><ram:TypeCode>VAT</ram:TypeCode>
<ram:CategoryCode>S</ram:CategoryCode><ram:RateApplicablePercent>20</ram:RateApplicablePercent>
</ram:ApplicableTradeTax><ram:BillingSpecifiedPeriod><ram:StartDateTime>
<udt:DateTimeString format="102">{first}</udt:DateTimeString></ram:StartDateTime><ram:EndDateTime>
<udt:DateTimeString format="102">{last}</udt:DateTimeString></ram:EndDateTime></ram:BillingSpecifiedPeriod>
<ram:SpecifiedTradeSettlementLineMonetarySummation><ram:LineTotalAmount>1</ram:LineTotalAmount>
</ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement>
</ram:IncludedSupplyChainTradeLineItem>"""


def cii(lines=None, *, pce=PCE_ID, code="380", currency="EUR", note="", head=""):
    """Return a CII invoice of January 2026 at the level EN 16931."""
    if lines is None:
        lines = _cii_line(1, "Gaz naturel", "3472", attributes=ATTRIBUTES)
        lines += _cii_line(2, "Accise sur le gaz", "3472") + _cii_line(3, "Abonnement", "1", "MON")
    party = "<ram:Name>{}</ram:Name><ram:PostalTradeAddress><ram:CountryID>FR</ram:CountryID></ram:PostalTradeAddress>"
    object_ = (
        f"<ram:AdditionalReferencedDocument><ram:IssuerAssignedID>{pce}</ram:IssuerAssignedID>"
        "<ram:TypeCode>130</ram:TypeCode></ram:AdditionalReferencedDocument>" if pce else ""
    )  # fmt: skip
    return f"""<?xml version="1.0" encoding="UTF-8"?>{head}
<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
 xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
 xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">
<rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter>
<ram:ID>urn:cen.eu:en16931:2017</ram:ID></ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>
<rsm:ExchangedDocument><ram:ID>F-2026-01</ram:ID><ram:TypeCode>{code}</ram:TypeCode><ram:IssueDateTime>
<udt:DateTimeString format="102">20260205</udt:DateTimeString></ram:IssueDateTime>
{f"<ram:IncludedNote><ram:Content>{note}</ram:Content></ram:IncludedNote>" if note else ""}</rsm:ExchangedDocument>
<rsm:SupplyChainTradeTransaction>{lines}
<ram:ApplicableHeaderTradeAgreement><ram:SellerTradeParty>{party.format("Énergie des Vallées")}</ram:SellerTradeParty>
<ram:BuyerTradeParty>{party.format("Tilleuls")}</ram:BuyerTradeParty>{object_}</ram:ApplicableHeaderTradeAgreement>
<ram:ApplicableHeaderTradeDelivery/>
<ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>{currency}</ram:InvoiceCurrencyCode>
<ram:ApplicableTradeTax><ram:CalculatedAmount>57.87</ram:CalculatedAmount><ram:TypeCode>VAT</ram:TypeCode>
<ram:BasisAmount>289.33</ram:BasisAmount><ram:CategoryCode>S</ram:CategoryCode>
<ram:RateApplicablePercent>20</ram:RateApplicablePercent></ram:ApplicableTradeTax>
<ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:LineTotalAmount>289.33</ram:LineTotalAmount>
<ram:TaxBasisTotalAmount>289.33</ram:TaxBasisTotalAmount><ram:TaxTotalAmount currencyID="{currency}">57.87</ram:TaxTotalAmount>
<ram:GrandTotalAmount>347.20</ram:GrandTotalAmount><ram:DuePayableAmount>347.20</ram:DuePayableAmount>
</ram:SpecifiedTradeSettlementHeaderMonetarySummation></ram:ApplicableHeaderTradeSettlement>
</rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>""".encode()


def cii_lines(*lines):
    return "".join(_cii_line(n, *line) for n, line in enumerate(lines, 1))


def ubl(kind="Invoice", quantity="3.472", unit="MWH"):
    """Return a UBL invoice or credit note of January 2026, in MWh, its PCE at the place of delivery."""
    type_ = "Invoice" if kind == "Invoice" else "CreditNote"
    code = "380" if kind == "Invoice" else "381"
    amount = "Invoiced" if kind == "Invoice" else "Credited"
    party = "<cac:Party><cac:PostalAddress><cac:Country><cbc:IdentificationCode>FR</cbc:IdentificationCode></cac:Country></cac:PostalAddress><cac:PartyLegalEntity><cbc:RegistrationName>X</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party>"
    tax = "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<{kind} xmlns="urn:oasis:names:specification:ubl:schema:xsd:{kind}-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID><cbc:ID>U-7</cbc:ID>
<cbc:IssueDate>2026-02-05</cbc:IssueDate><cbc:{type_}TypeCode>{code}</cbc:{type_}TypeCode>
<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
<cac:InvoicePeriod><cbc:StartDate>2026-01-01</cbc:StartDate><cbc:EndDate>2026-01-31</cbc:EndDate></cac:InvoicePeriod>
<cac:AccountingSupplierParty>{party}</cac:AccountingSupplierParty>
<cac:AccountingCustomerParty>{party}</cac:AccountingCustomerParty>
<cac:Delivery><cac:DeliveryLocation><cbc:ID>{PCE_ID}</cbc:ID></cac:DeliveryLocation></cac:Delivery>
<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">57.87</cbc:TaxAmount></cac:TaxTotal>
<cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID="EUR">289.33</cbc:LineExtensionAmount>
<cbc:TaxExclusiveAmount currencyID="EUR">289.33</cbc:TaxExclusiveAmount>
<cbc:TaxInclusiveAmount currencyID="EUR">347.20</cbc:TaxInclusiveAmount>
<cbc:PayableAmount currencyID="EUR">347.20</cbc:PayableAmount></cac:LegalMonetaryTotal>
<cac:{kind}Line><cbc:ID>1</cbc:ID><cbc:{amount}Quantity unitCode="{unit}">{quantity}</cbc:{amount}Quantity>
<cbc:LineExtensionAmount currencyID="EUR">289.33</cbc:LineExtensionAmount>
<cac:Item><cbc:Name>Fourniture de gaz</cbc:Name><cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID>{tax}</cac:ClassifiedTaxCategory>
<cac:AdditionalItemProperty><cbc:Name>Type de relevé</cbc:Name><cbc:Value>Estimé</cbc:Value></cac:AdditionalItemProperty>
</cac:Item><cac:Price><cbc:PriceAmount currencyID="EUR">83.33</cbc:PriceAmount></cac:Price></cac:{kind}Line>
</{kind}>""".encode()


def pdf(xml=None, name="factur-x.xml", **options):
    """Return a PDF of one page, with `xml` attached as Factur-X does."""
    document, buffer = pikepdf.new(), BytesIO()
    document.add_blank_page()
    if xml is not None:
        document.attachments[name] = pikepdf.AttachedFileSpec(document, xml, filename=name)
    document.save(buffer, **options)
    return buffer.getvalue()
