"""What the given paths are called: by as much of each as tells it from the others."""

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path


def named_roots(paths: Sequence[Path]) -> list[tuple[Path, str]]:
    """Each path once, absolute, with its name: `DCIM`; `CamA/DCIM` and `CamB/DCIM` where there are two.

    Links are not resolved: one is called what the person calls it.
    """
    roots = list(dict.fromkeys(Path(os.path.abspath(path)) for path in paths))
    steps = {root: [step for part in root.parts if (step := part.strip("/\\:"))] for root in roots}
    length = dict.fromkeys(roots, 1)
    while True:
        names = {root: "/".join(steps[root][-length[root] :]) for root in roots}
        of_a_name = Counter(names.values())
        alike = [root for root in roots if of_a_name[names[root]] > 1 and length[root] < len(steps[root])]
        if not alike:
            return list(names.items())
        for root in alike:
            length[root] += 1
