"""A photo of a phone is made smaller before it leaves; a file may be dropped on the page."""

import base64
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect
from sqlalchemy import select

from components.controls import Ids
from data.controls.models import ProofPiece
from data.controls.rules.pieces import MOST_OCTETS
from data.controls.types import PieceKind
from tests.data.controls.files.pieces import pdf
from tests.journeys.proofs import office

THIRD, MANAGER = "nadia@thermia.example", "martin@reseau.example"
NAME = "IMG_0042.jpg"
DROPPED = """([name, kind, octets]) => {
    const all = Uint8Array.from(atob(octets), sign => sign.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([all], name, {type: kind}));
    return transfer;
}"""


@pytest.fixture
def control(portal):
    here = office(portal, MANAGER, THIRD)
    (uid,) = here.draw(1)
    yield uid
    here.close([uid])


@pytest.fixture(scope="module")
def photo():
    """What a phone of twelve million dots makes: twelve million octets."""
    held = BytesIO()
    Image.effect_noise((4000, 3000), 70).convert("RGB").save(held, "JPEG", quality=95)
    return held.getvalue()


def kept(portal, name):
    with portal.database.reading() as db:
        query = select(ProofPiece).where(ProofPiece.name == name).order_by(ProofPiece.id.desc())
        return db.scalars(query.limit(1)).one()


def test_a_heavy_photo_is_sent_in_fewer_dots(visit, portal, control, photo):
    assert len(photo) > 11_000_000
    visitor = visit(THIRD, phone=True)
    page = visitor.open(f"/controles?controle={control}")
    field = page.locator(f"#{Ids.DRAWER} [data-for^=controls-files]")
    camera = field.locator("input[type=file][capture=environment]")
    expect(camera).to_have_count(1)
    camera.set_input_files({"name": NAME, "mimeType": "image/jpeg", "buffer": photo})
    expect(field.locator("[data-part=list]")).to_contain_text(NAME)
    field.locator("[data-does=send]").click()
    preview = page.locator(".controls-preview img")
    expect(preview).to_have_count(1, timeout=60_000)
    page.wait_for_function("document.querySelector('.controls-preview img').naturalWidth === 2400")
    assert preview.evaluate("image => image.naturalHeight") == 1800  # nothing was cut
    piece = kept(portal, NAME)
    assert piece.kind is PieceKind.JPEG
    assert 100_000 < piece.size < MOST_OCTETS
    visitor.has_no_axe_violation()


def test_a_file_is_dropped_on_the_field(visit, portal, control):
    visitor = visit(THIRD)
    page = visitor.open(f"/controles?controle={control}")
    field = page.locator(f"#{Ids.DRAWER} [data-for^=controls-files]")
    target = field.locator(".drop")
    octets = base64.b64encode(pdf("Mandat déposé")).decode("ascii")
    transfer = page.evaluate_handle(DROPPED, ["dépôt.pdf", "application/pdf", octets])
    for kind in ("dragenter", "dragover"):
        target.dispatch_event(kind, {"dataTransfer": transfer})
    expect(target).to_have_class("drop drop-over")
    target.dispatch_event("drop", {"dataTransfer": transfer})
    expect(target).to_have_class("drop")
    expect(field.locator("[data-part=list]")).to_contain_text("dépôt.pdf")
    field.locator("[data-does=send]").click()
    expect(page.locator(".controls-preview")).to_contain_text("dépôt.pdf", timeout=30_000)
    assert kept(portal, "dépôt.pdf").kind is PieceKind.PDF
