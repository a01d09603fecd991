"""A folder whose power is cut: what was not synced is gone.

`power_cut.c` is preloaded into a process that works in the folder, and copies what it syncs. Once
the process is killed, `put_back` makes the folder what a disk would hold: the octets that each file
had at its last sync, under the names that its folder had at its own.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

SOURCE = Path(__file__).with_name("power_cut.c")
MISSING = "gcc is not installed: no power can be cut"


def has_compiler() -> bool:
    return shutil.which("gcc") is not None


class Disk:
    """The disk under *root*. Call `accept` before the process that is watched begins."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self._disk = Path(tempfile.mkdtemp(prefix="power-cut-"))
        self._library = self._disk / "power_cut.so"
        command = ["gcc", "-shared", "-fPIC", "-O1", "-o", self._library, SOURCE, "-ldl"]
        subprocess.run(command, check=True)

    @property
    def environment(self) -> Mapping[str, str]:
        """What the process that works in the folder is started with."""
        ours = {"POWER_CUT_ROOT": str(self.root), "POWER_CUT_DISK": str(self._disk)}
        return os.environ | ours | {"LD_PRELOAD": str(self._library)}

    @property
    def syncs(self) -> int:
        """How many files and folders were synced."""
        count = self._disk / "syncs"
        return count.stat().st_size if count.exists() else 0

    def put_back(self) -> None:
        """Make the folder what the disk holds."""
        after = self.root.with_name(f"{self.root.name}.after")
        shutil.rmtree(after, ignore_errors=True)
        after.mkdir()
        self._fill(self.root, after)
        shutil.rmtree(self.root)
        after.rename(self.root)

    def close(self) -> None:
        shutil.rmtree(self._disk)

    def accept(self) -> None:
        """Count all that is in the folder as synced: who works in it now is not watched."""
        for name in ("inodes", "names"):
            shutil.rmtree(self._disk / name, ignore_errors=True)
            (self._disk / name).mkdir()
        for folder, _folders, files in os.walk(self.root):
            self._list(Path(folder))
            for name in files:
                path = Path(folder, name)
                shutil.copyfile(path, self._disk / "inodes" / str(path.stat().st_ino))

    def _list(self, folder: Path) -> None:
        entries = [f"{entry.inode()} {entry.name}" for entry in os.scandir(folder)]
        listing = self._disk / "names" / str(folder.stat().st_ino)
        listing.write_text("\n".join([str(folder), *entries, ""]))

    def _fill(self, before: Path, after: Path) -> None:
        """The names that *before* had on the disk, in *after*."""
        listing = self._disk / "names" / str(before.stat().st_ino)
        if not listing.exists():
            return  # made since, and never synced itself
        for line in listing.read_text().splitlines()[1:]:
            inode, name = line.split(" ", 1)
            if name.endswith("-shm"):
                continue  # SQLite makes it anew
            octets = self._disk / "inodes" / inode
            if (before / name).is_dir() and not octets.exists():
                (after / name).mkdir(mode=0o700)
                self._fill(before / name, after / name)
            elif octets.exists():
                shutil.copyfile(octets, after / name)
            else:
                (after / name).touch()  # its name was synced, and nothing of what is in it
