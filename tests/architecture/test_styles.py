"""Style sheets close what they open: else what follows is nested, and dropped in silence."""

import re

import pytest

from tests.architecture.sources import ROOT

SHEETS = sorted((ROOT / "assets").glob("*.css"))
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_a_style_sheet_closes_what_it_opens(path):
    signs = COMMENT.sub("", path.read_text("utf8"))
    assert signs.count("{") == signs.count("}")
