"""The table as a picture: each figure as a share of what stands beside it."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib

matplotlib.use("Agg")  # files alone: there may be no screen

import matplotlib.pyplot as plt

from scripts.benchmark.table import Row


def draw(rows: Sequence[Row], path: Path) -> None:
    beside = [row for row in rows if row.limit]
    if not beside:
        return
    figure, axes = plt.subplots(figsize=(9, 1 + 0.3 * len(beside)), layout="constrained")
    shares = [row.figure / row.limit for row in beside if row.limit]
    names = [f"{row.case}  {row.what}" for row in beside]
    axes.barh(names, shares, color="#3b7a57")
    axes.axvline(1, color="black", linewidth=1)
    axes.invert_yaxis()
    axes.set_xlabel("share of the limit, or of what is asked")
    figure.savefig(path, dpi=120)
    plt.close(figure)
