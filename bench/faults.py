"""Kill the portal at random, again and again: nothing is lost, nothing is doubled (`make faults`).

The ingestion, the evaluation of thresholds, the import of rights, the delivery of notices, that of
letters and of webhooks and the making of exports are each ended with SIGKILL at random moments, 200
times on each database; 100 for imports and for exports. The power is cut 20 times on SQLite, all
processes of PostgreSQL are killed as often, so is the disk filled, and the clock of the scheduler
set. Their modules say what is compared in the end.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from bench import (
    faults_clock,
    faults_delivery,
    faults_disk,
    faults_evaluation,
    faults_exports,
    faults_hooks,
    faults_imports,
    faults_ingestion,
    faults_letters,
    faults_mirror,
    faults_power,
    faults_sending,
    power_cut,
)
from bench.kills import Verdict, quiet
from bench.places import places_of


def main() -> int:
    args = _asked()
    kinds = ["sqlite", "postgresql"] if args.database == "both" else [args.database]
    wrong = False
    for kind in kinds:
        for name in args.what or PARTS:
            with (
                tempfile.TemporaryDirectory() as folder,
                places_of(kind, Path(folder), "disturbed", "undisturbed") as (first, second),
            ):
                wrong |= PARTS[name](kind, (first, second), Path(folder), args)
    return int(wrong)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__)
    parser.add_argument("what", nargs="*", default=[], help=f"some of {', '.join(PARTS)}")
    parser.add_argument("--kills", type=int, default=200, help="on each database")
    parser.add_argument("--alerts", type=int, default=10_000, help="delivered on each database")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    args = parser.parse_args()
    if unknown := set(args.what) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    return args


def _ingestion(kind: str, urls: tuple[str, str], place: Path, args: argparse.Namespace) -> bool:
    found = faults_ingestion.torment(urls, place, args.kills, args.seed)
    over = f"a run, over {found.turns} files and {found.rows} days kept"
    return _say(kind, found, over, "0 lost, 0 doubled, every count exact")


def _evaluation(kind: str, urls: tuple[str, str], _place: Path, args: argparse.Namespace) -> bool:
    found = faults_evaluation.torment(urls, args.kills, args.seed)
    over = f"an evaluation, over {found.turns} nights and {found.rows} notices"
    return _say(kind, found, over, "0 lost, 0 told twice")


def _imports(kind: str, urls: tuple[str, str], place: Path, args: argparse.Namespace) -> bool:
    found = faults_imports.torment(urls[0], place / "imports", args.kills // 2, args.seed)
    over = f"an import, over {found.turns} files and {found.rows} rights declared"
    return _say(kind, found, over, "0 lost, 0 declared twice, every count exact")


def _delivery(kind: str, urls: tuple[str, str], _place: Path, args: argparse.Namespace) -> bool:
    with quiet():
        found = faults_delivery.torment(urls[0], args.kills, args.alerts, args.seed)
        moods = dict(faults_delivery.moods(urls[0]))
    over = f"a wave, over {found.turns} alerts to a real SMTP server, {found.rows} said twice"
    wrong = _say(kind, found, over, "0 lost, one Message-ID each")
    print(f"{kind}: " + "; ".join(f"server {mood}: {end}" for mood, end in moods.items()))
    return wrong or any(not end.startswith("0 lost, 0 said twice") for end in moods.values())


def _hooks(kind: str, urls: tuple[str, str], place: Path, args: argparse.Namespace) -> bool:
    found = faults_hooks.torment(urls[0], place, args.kills, args.seed)
    over = f"a wave, over {found.turns} moves of rights, {found.rows} events posted twice"
    return _say(kind, found, over, "0 lost, one number each, one body each")


def _letters(kind: str, urls: tuple[str, str], _place: Path, args: argparse.Namespace) -> bool:
    with quiet():
        found = faults_letters.torment(urls[0], args.kills, args.seed)
    over = f"a wave, over {found.turns} letters to a real SMTP server, {found.rows} sent twice"
    return _say(kind, found, over, "0 lost, one Message-ID each")


def _sending(kind: str, urls: tuple[str, str], _place: Path, args: argparse.Namespace) -> bool:
    found = faults_sending.torment(urls[0], args.kills, args.seed)
    over = f"a turn of the queue, over {found.turns} waves and {found.rows} rights there"
    return _say(kind, found, over, "0 lost, 0 declared twice, one answer in seven lost")


def _exports(kind: str, urls: tuple[str, str], place: Path, args: argparse.Namespace) -> bool:
    found = faults_exports.torment(urls, place, args.kills // 2, args.seed)
    over = f"an export, over {found.turns} exports and {found.rows} PCE read"
    return _say(kind, found, over, "0 half file, 0 PCE logged twice, every file the same")


def _mirror(kind: str, urls: tuple[str, str], _place: Path, args: argparse.Namespace) -> bool:
    found = faults_mirror.torment(urls, args.kills, args.seed)
    over = f"a round, over {found.turns} nights and {found.rows} days kept"
    return _say(kind, found, over, "0 lost, 0 doubled, every count exact")


def _clock(kind: str, urls: tuple[str, str], place: Path, args: argparse.Namespace) -> bool:
    if faults_clock.library() is None:
        return _skip(kind, faults_clock.MISSING)
    found = faults_clock.torment(urls[0], place, max(1, args.kills // 10), args.seed)
    return _end(
        kind,
        found,
        f"{found.kills} steps of a day either way and two changes of hour under a scheduler, the"
        f" longest wait of a job {found.rows} ms",
        "no job stood still, each night had its jobs once",
    )


def _power(kind: str, urls: tuple[str, str], place: Path, args: argparse.Namespace) -> bool:
    cuts = max(1, args.kills // 10)
    if kind == "postgresql":
        waits = faults_power.waits_for_the_disk(urls[0])
        words = "" if waits else "not "
        print(f"{kind}: each commit does {words}wait for the disk (synchronous_commit)", flush=True)
        found = faults_power.crash_server(urls[0], place, cuts, args.seed)
        over = f"{found.kills} crashes of the server (no power cut) under {found.turns} acts told"
        return _end(kind, found, over, "0 undone, every file there") or not waits
    if not power_cut.has_compiler():
        return _skip(kind, power_cut.MISSING)
    found = faults_power.cut_power(place, cuts, args.seed)
    costs = faults_power.costs(place)
    for synchronous, (usual, slow) in costs.items():
        print(
            f"{kind}: a commit takes {usual:.2f} ms, {slow:.2f} at 95 % (synchronous={synchronous})"
        )
    over = f"{found.kills} power cuts under {found.turns} acts told, {found.rows} syncs"
    return _end(kind, found, over, "0 undone, every file there")


def _disk(kind: str, _urls: tuple[str, str], place: Path, args: argparse.Namespace) -> bool:
    size = faults_disk.MEGABYTES[kind]
    with faults_disk.small_disk(place / "small", size) as disk:
        if disk is None:
            return _skip(kind, faults_disk.MISSING)
        with places_of(kind, disk, "filled") as (url,):
            found = faults_disk.torment(url, disk, max(1, args.kills // 10), args.seed)
    over = f"a disk of {size} MB filled {found.kills} times, {found.halfway} acts refused for it"
    return _end(kind, found, f"{over}, {found.rows} done", "a sentence each time, 0 lost")


def _skip(kind: str, why: str) -> bool:
    print(f"{kind}: skipped, {why}", flush=True)
    return False


def _end(kind: str, found: Verdict, over: str, well: str) -> bool:
    ended = "; ".join(found.problems) or well
    print(f"{kind}: {over}: {ended} ({found.seconds:.0f} s)", flush=True)
    return bool(found.problems)


def _say(kind: str, found: Verdict, over: str, well: str) -> bool:
    """Print what the kills did; whether something is wrong."""
    ended = "; ".join(found.problems) or well
    print(
        f"{kind}: {found.kills} kill -9, {found.halfway} in the middle of {over}: {ended} "
        f"({found.seconds:.0f} s)",
        flush=True,
    )
    return bool(found.problems)


PARTS = {
    "ingestion": _ingestion,
    "evaluation": _evaluation,
    "imports": _imports,
    "delivery": _delivery,
    "letters": _letters,
    "hooks": _hooks,
    "exports": _exports,
    "mirror": _mirror,
    "sending": _sending,
    "clock": _clock,
    "power": _power,
    "disk": _disk,
}

if __name__ == "__main__":
    sys.exit(main())
