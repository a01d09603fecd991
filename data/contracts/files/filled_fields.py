"""List the filled fields of a contract."""

from dataclasses import dataclass
from io import BytesIO

from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader

from core.errors import Unreadable
from core.i18n import N_
from data.contracts.files.layout import boxes

_NOT_OURS = N_("Ce fichier n’est pas un contrat de l’espace client, ou il est abîmé.")


@dataclass(frozen=True, slots=True)
class PdfForm:
    names: frozenset[str]
    filled: frozenset[str]

    @property
    def amended(self) -> frozenset[int]:
        """Return the numbers of amendments whose text is filled in."""
        return frozenset(
            box.number for box in boxes().values() if box.party is None and box.name in self.filled
        )


def form_of(pdf: bytes) -> PdfForm:
    """Return the form of a contract; raise Unreadable when it has none."""
    try:
        fields = PdfFileReader(BytesIO(pdf)).root["/AcroForm"]["/Fields"]
        fields_by_name = {str(each.get_object()["/T"]): each.get_object() for each in fields}
    except (PdfReadError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise Unreadable(_NOT_OURS) from error
    return PdfForm(
        frozenset(fields_by_name),
        frozenset(name for name, each in fields_by_name.items() if "/V" in each),
    )


def has_kept_texts(reader: PdfFileReader, revision: int) -> bool:
    """Return whether the amendments present at `revision` are unchanged since.

    Filling is allowed after a seal, and PDF policies do not detect filling a field again.
    """
    then = _texts(reader.get_historical_root(revision))
    now = _texts(reader.root)
    return all(now.get(name) == old_text for name, old_text in then.items())


def _texts(root: DictionaryObject) -> dict[str, tuple[object, object]]:
    fields = [each.get_object() for each in root["/AcroForm"]["/Fields"]]
    return {
        str(each["/T"]): (each.raw_get("/V"), each.raw_get("/AP"))
        for each in fields
        if each["/FT"] == "/Tx" and "/V" in each
    }
