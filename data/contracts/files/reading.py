"""Which fields of a contract are filled."""

from dataclasses import dataclass
from io import BytesIO

from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader

from data.contracts.files.layout import boxes
from data.errors import Unreadable
from i18n import N_

_NOT_OURS = N_("Ce fichier n’est pas un contrat de l’espace client, ou il est abîmé.")


@dataclass(frozen=True, slots=True)
class Form:
    names: frozenset[str]
    filled: frozenset[str]

    @property
    def amended(self) -> frozenset[int]:
        """The amendments whose text is there."""
        return frozenset(
            box.number for box in boxes() if box.party is None and box.name in self.filled
        )


def form_of(pdf: bytes) -> Form:
    """The form of a contract as it is; Unreadable when it has none."""
    try:
        fields = PdfFileReader(BytesIO(pdf)).root["/AcroForm"]["/Fields"]
        held = {str(each.get_object()["/T"]): each.get_object() for each in fields}
    except (PdfReadError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise Unreadable(_NOT_OURS) from error
    return Form(frozenset(held), frozenset(name for name, each in held.items() if "/V" in each))
