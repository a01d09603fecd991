"""Reserve the fields of a contract before its first seal; later only they can change."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from data.contracts.files.layout import FieldBox, boxes
from data.contracts.types import Party

_SPOKEN: Mapping[Party, str] = {Party.CLIENT: "du client", Party.OPERATOR: "du distributeur"}
_PRINTED, _READ_ONLY, _MULTILINE = 4, 1, 1 << 12
_SIGNED, _APPENDED_ONLY = 1, 2  # flags of the form
_FONT = String("/Helv 9 Tf 0 g")
# Fields are read-only for readers and written by the portal. They have no lock: pyHanko's policy
# would refuse all later changes; `checking` verifies that signed texts stay unchanged.
_TEXT = {"/FT": Name.Tx, "/Ff": _READ_ONLY | _MULTILINE, "/DA": _FONT}
_SIGNATURE = {"/FT": Name.Sig}


def with_fields(content: bytes) -> bytes:
    """Return `content` with the fields of `layout`, each tagged on its page for screen readers."""
    with Pdf.open(BytesIO(content)) as pdf:
        fields = [_field(pdf, box) for box in boxes().values()]
        _tag(pdf, fields)
        form = Dictionary(Fields=Array(fields), SigFlags=_SIGNED | _APPENDED_ONLY, DA=_FONT)
        pdf.Root.AcroForm = pdf.make_indirect(form)
        buffer = BytesIO()
        disabled = pikepdf.ObjectStreamMode.disable
        pdf.save(buffer, deterministic_id=True, object_stream_mode=disabled, min_version="1.7")
        return buffer.getvalue()


def _field(pdf: Pdf, box: FieldBox) -> pikepdf.Object:
    page = pdf.pages[len(pdf.pages) - 1 - box.page]
    field = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            T=String(box.name),
            TU=String(_spoken(box)),
            Rect=Array([round(Decimal(each), 2) for each in box.rect]),
            F=_PRINTED,
            P=page.obj,
        )
    )
    for key, value in (_TEXT if box.party is None else _SIGNATURE).items():
        field[key] = value
    if Name.Annots not in page:
        page.Annots = Array()
    page.Annots.append(field)
    page.Tabs = Name.S
    return field


def _spoken(box: FieldBox) -> str:
    """Return the accessible name of a field."""
    if box.party is None:
        return f"Texte de l’avenant {box.number}"
    of = f"l’avenant {box.number}" if box.number else "du contrat"
    return f"Signature {_SPOKEN[box.party]}, {of}"


def _tag(pdf: Pdf, fields: Sequence[pikepdf.Object]) -> None:
    """Add each field to the structure tree after the content of its page."""
    root = pdf.Root.StructTreeRoot
    document = root.K[0]
    key = int(root.ParentTreeNextKey)
    for field in fields:
        element = pdf.make_indirect(
            Dictionary(
                Type=Name.StructElem,
                S=Name.Form,
                P=document,
                Pg=field.P,
                Alt=field.TU,
                K=Dictionary(Type=Name.OBJR, Obj=field, Pg=field.P),
            )
        )
        field.StructParent = key
        root.ParentTree.Nums.append(key)
        root.ParentTree.Nums.append(element)
        places = [at for at, each in enumerate(document.K) if _page_of(each) == field.P.objgen]
        document.K.insert(places[-1] + 1, element)
        key += 1
    root.ParentTreeNextKey = key


def _page_of(element: pikepdf.Object) -> tuple[int, int] | None:
    """Return the page on which a structure element begins."""
    return next(_pages_of(element), None)


def _pages_of(element: pikepdf.Object) -> Iterator[tuple[int, int]]:
    if not isinstance(element, pikepdf.Dictionary):
        return
    if Name.Pg in element:
        yield element.Pg.objgen
    kids = element.get("/K", Array())
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        yield from _pages_of(kid)
