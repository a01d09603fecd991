"""Convert an international CSV to Parquet with DuckDB, in a process of its own.

Used as a program (`python -m data.exports.files.parquet_table folder`) by `write_parquet`: no web
worker loads DuckDB. The CSV is `table.csv` in the folder, and the result `table.parquet`.
"""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from core.errors import Unavailable
from core.i18n import N_

SECONDS = 60
_ROOT = Path(__file__).parents[3]
_CSV, _PARQUET = "table.csv", "table.parquet"
_SLOW = N_("La machine est très occupée : le fichier n’a pas pu être écrit. Réessayez.")
_READ = (
    "SELECT * FROM read_csv('{path}', delim = ',', quote = '\"', header = true, sample_size = -1,"
    " nullstr = '')"
)


def write_parquet(lines: Iterable[bytes]) -> bytes:
    """Return the table of `lines`, a header first, as Parquet. Raise Unavailable if that fails."""
    with TemporaryDirectory() as folder:
        with (Path(folder) / _CSV).open("wb") as file:
            file.writelines(lines)
        command = [sys.executable, "-m", "data.exports.files.parquet_table", folder]
        try:
            subprocess.run(command, cwd=_ROOT, timeout=SECONDS, check=True)  # noqa: S603 (ours)
        except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
            raise Unavailable(_SLOW) from None
        return (Path(folder) / _PARQUET).read_bytes()


def convert(folder: Path) -> None:
    """Write `table.parquet` from `table.csv`; the types of columns are those of all their cells."""
    import duckdb

    source, target = (str(folder / name).replace("'", "''") for name in (_CSV, _PARQUET))
    with duckdb.connect(config={"threads": "1", "memory_limit": "96MB"}) as db:
        query = _READ.format(path=source)
        db.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")


if __name__ == "__main__":
    convert(Path(sys.argv[1]))
