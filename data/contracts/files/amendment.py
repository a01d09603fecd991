"""Add an amendment to a sealed contract without breaking its seals."""

from io import BytesIO

from pyhanko.pdf_utils.generic import DictionaryObject, TextStringObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from core.errors import Conflict, Invalid
from core.i18n import N_, french_day
from data.contracts.files.field_appearance import imported, pages_in
from data.contracts.files.filled_fields import form_of
from data.contracts.files.layout import boxes, seal_name, text_name
from data.contracts.files.typesetting import patch
from data.contracts.types import RESERVED, Amendment, Party

_FULL = N_(
    "Ce contrat a déjà reçu ses {count} avenants : un nouveau changement demande de le renouveler."
)
_NOT_NEXT = N_("Le prochain avenant de ce contrat porte le numéro {number}.")
_UNSIGNED = N_("Les deux parties doivent d’abord signer ce qui précède cet avenant.")
_EMPTY = N_("Donnez un objet et un texte à l’avenant.")
_TOO_LONG = N_(
    "Ce texte ne tient pas dans les lignes réservées à un avenant : raccourcissez-le, ou "
    "renouvelez le contrat."
)


def amend(pdf: bytes, amendment: Amendment) -> bytes:
    """Return `pdf` with the text of its next amendment, to be sealed by both parties.

    Until then, the copy without it remains the contract. Raise Conflict when it is not this
    number's turn or no place is left, Invalid when the text is too long or cannot be printed.
    """
    form = form_of(pdf)
    following = len(form.amended) + 1
    if following > RESERVED:
        raise Conflict(_FULL, count=RESERVED)
    if amendment.number != following:
        raise Conflict(_NOT_NEXT, number=following)
    if not form.filled.issuperset(seal_name(party, following - 1) for party in Party):
        raise Conflict(_UNSIGNED)
    name = text_name(amendment.number)
    box = boxes()[name]
    # The lines of a text, trimmed and without blank ones
    lines = amendment.text.replace("\t", " ").splitlines()
    text = [line.strip() for line in lines if line.strip()]
    subject = " ".join(amendment.subject.split())
    if not (subject and text):
        raise Invalid(_EMPTY)
    effective = f"Prend effet le {french_day(amendment.effective_on)}."
    values = {"subject": subject, "effective": effective, "text": text}
    drawing = patch("amendment.typ", "amendment", {"w": box.w, "h": box.h, **values})
    if pages_in(drawing) > 1:
        raise Invalid(_TOO_LONG)
    return _filled(pdf, name, "\n".join((subject, effective, *text)), drawing)


def amendments_left(pdf: bytes) -> int:
    """Return how many amendments can still be written."""
    return RESERVED - len(form_of(pdf).amended)


def _filled(pdf: bytes, name: str, text: str, drawing: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    field = next(
        each.get_object()
        for each in writer.root["/AcroForm"]["/Fields"]
        if each.get_object()["/T"] == name
    )
    field[pdf_name("/V")] = TextStringObject(text)
    field[pdf_name("/AP")] = DictionaryObject({pdf_name("/N"): imported(writer, drawing)})
    writer.update_container(field)
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()
