"""The table and the picture of docs/performance.md, from what was measured."""

from __future__ import annotations

from typing import Any

from bench import ROOT

PAGE = ROOT / "docs" / "performance.md"
PICTURE = ROOT / "docs" / "images" / "performance.svg"
BEGIN, END = "<!-- measured: begin -->\n", "<!-- measured: end -->\n"
COLUMNS = {
    "textbook": "textbook",
    "first": "Thaw, first read",
    "later": "later read",
    "304": "`304`",
}


def number(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def table(rows: dict[str, Any]) -> list[str]:
    """One table: milliseconds of processor, and how many times the empty view that is."""
    empty = rows["an empty view"]["textbook"]["cpu"]
    lines = [
        "| work | " + " | ".join(COLUMNS.values()) + " | first ÷ textbook | first ÷ empty "
        "| p50, p99 of a first read | kB |",
        "| --- |" + " ---: |" * (len(COLUMNS) + 4),
    ]
    for name, row in rows.items():
        cells = [number(row[each]["cpu"]) if each in row else "" for each in COLUMNS]
        first, textbook = row.get("first"), row.get("textbook")
        if first and textbook:
            cells += [
                number(first["cpu"] / textbook["cpu"]),
                number(first["cpu"] / empty),
                f"{number(first['p50'])}, {number(first['p99'])}",
                number(first["size"] / 1e3),
            ]
        else:
            cells += ["", "", "", ""]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    memory = max(cell["memory"] for row in rows.values() for cell in row.values())
    return [*lines, "", f"A worker took {memory:.0f} MB at most."]


def text(found: dict[str, Any]) -> str:
    """All tables, a heading each."""
    parts = []
    for size, engines in found.items():
        for engine, rows in engines.items():
            parts += [f"### {engine}, {int(size):,} events", "", *table(rows), ""]
    return "\n".join(parts)


def write(found: dict[str, Any]) -> None:
    """Put the tables between their marks in the page, and draw the picture beside it."""
    page = PAGE.read_text()
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{text(found)}\n{END}{after}")
    draw(found)


def draw(found: dict[str, Any]) -> None:
    """Bars for the largest size on SQLite, on a scale that counts in tens."""
    # What only the picture needs, and the tests do without.
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot

    # The same picture from the same numbers, and words that stay words.
    mpl.rcParams.update({"svg.hashsalt": "thaw", "svg.fonttype": "none", "font.size": 9})
    rows = [*found.values()][-1]["SQLite"]
    names = [name for name, row in rows.items() if "first" in row]
    figure, axes = pyplot.subplots(figsize=(8, 0.7 * len(names) + 1), layout="constrained")
    shades = {"textbook": "#9a9a9a", "first": "#8c2d19", "later": "#d9a441", "304": "#3d5a80"}
    for place, (column, label) in enumerate(COLUMNS.items()):
        values = [rows[name].get(column, {}).get("cpu", 0) for name in names]
        heights = [at + 0.2 * place for at in range(len(names))]
        axes.barh(heights, values, 0.18, label=label.strip("`"), color=shades[column])
    axes.set_yticks([at + 0.3 for at in range(len(names))], names)
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.set_xlabel("milliseconds of processor for each request, server and database")
    axes.legend()
    figure.savefig(PICTURE, metadata={"Date": None})
