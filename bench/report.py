"""One line a figure: what was measured, its floor, the ratio, the goal, and whether it is met."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """A measure beside its goal; `met` is None when there is nothing to hold it against."""

    work: str
    ours: str
    floor: str
    ratio: str
    goal: str
    met: bool | None


def ratio(
    work: str, ours: tuple[float, str], floor: tuple[str, float], goal: float, *, most: bool
) -> Line:
    """*ours* over *floor*; *most* when the goal is an upper bound."""
    value, unit = ours
    name, base = floor
    found = value / base
    return Line(
        work,
        f"{value:,.1f} {unit}",
        f"{name} {base:,.1f} {unit}",
        f"{found:.2f}",
        f"{'≤' if most else '≥'} {goal:g} ×",
        found <= goal if most else found >= goal,
    )


def bound(work: str, value: float, unit: str, goal: float) -> Line:
    return Line(work, f"{value:,.1f} {unit}", "", "", f"≤ {goal:g} {unit}", value <= goal)


def show(title: str, lines: list[Line]) -> None:
    marks = {True: "met", False: "MISSED", None: ""}
    print(f"\n{title}")
    rows = [(x.work, x.ours, x.floor, x.ratio, x.goal, marks[x.met]) for x in lines]
    head = ("", "ours", "floor", "ratio", "goal", "")
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(6)]
    for row in [head, *rows]:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)))
