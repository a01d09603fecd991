"""The documentation shows the pages as they are (`make proofs`)."""

import io
import os

import pytest
from PIL import Image, ImageDraw

from tests.journeys.pictures import PICTURES, changed_share, file_of, take_all

LARGEST_CHANGE = 0.15  # the demo ends today: its figures, dates and bars move with the calendar
asked = pytest.mark.skipif(not os.environ.get("PORTAL_PICTURES"), reason="PORTAL_PICTURES=1")


def png(*boxes):
    image = Image.new("RGB", (600, 400), "white")
    for box in boxes:
        ImageDraw.Draw(image).rectangle(box, fill="black")
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


@pytest.mark.daily
def test_the_changed_share_counts_the_cells_that_differ():
    assert changed_share(png(), png()) == 0
    assert changed_share(png(), png((0, 0, 299, 399))) == 0.5
    assert changed_share(png((10, 10, 11, 11)), png()) == 0  # a few pixels are no change


@asked
def test_each_picture_shows_its_page_as_it_is():
    changed = {}
    for language, name, taken in take_all():
        share = changed_share(file_of(language, name).read_bytes(), taken)
        print(f"  {language} {name}: {share:.1%} changed")
        if share > LARGEST_CHANGE:
            changed[f"{language} {name}"] = f"{share:.1%}"
    assert not changed, "`make pictures` takes them again"


@pytest.mark.daily
def test_each_picture_is_listed():
    names = {picture.name for picture in PICTURES}
    assert names == {path.stem for path in file_of("fr", "home").parent.iterdir()}
