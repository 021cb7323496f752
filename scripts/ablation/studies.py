"""What is compared: runs that differ in one thing each."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Run:
    """One training: `name` is its folder's, `what` is what the table says of it."""

    name: str
    what: str
    recipe: str
    changes: tuple[str, ...] = ()
    taught_by: str | None = None  # another run


@dataclass(frozen=True, slots=True)
class Study:
    """Runs on one data set, measured on `splits` of it; the first of them is compared with the others."""

    runs: tuple[Run, ...]
    splits: tuple[str, ...] = field(default=("test",))


STUDENT = "birds26-cpu-student"
SHORT = "schedule.epochs=6"


def _short(name: str, what: str, *changes: str, taught_by: str | None = "teacher") -> Run:
    return Run(f"short-{name}", what, STUDENT, (SHORT, *changes), taught_by)


BIRDS26 = Study(
    (
        Run("teacher", "teacher, from the starter's weights", "birds26-cpu-teacher"),
        Run("student", "student, 50 epochs", STUDENT, taught_by="teacher"),
        Run("untaught", "untaught, 50 epochs", STUDENT, ("model.name=birds26-untaught",)),
        _short("features", "6 epochs: KL and features"),
        _short("kl", "6 epochs: KL", "distil.method=kl"),
        _short("dist", "6 epochs: DIST", "distil.method=dist", "distil.temperature=1.0"),
        _short("whole", "6 epochs: KL, teacher sees whole photos", "distil.method=kl", "distil.view=whole"),
        _short("64", "6 epochs: KL and features, at 64 px", "input.size=64", "input.served_size=96"),
        _short("untaught", "6 epochs: untaught", taught_by=None),
    ),
    ("test", "holdout"),
)

_FIELD_GUIDE = ("input.size=96", "schedule.epochs=3")
_WAYS = {
    "plain": (),
    "square-root sampling": ("run.sampling=square-root",),
    "balanced sampling": ("run.sampling=balanced",),
    "logit adjustment": ("loss.logit_adjustment=1.0",),
}

BALANCE = Study(
    tuple(
        Run(
            f"{way.replace(' ', '-')}-{seed}",
            f"{way}, seed {seed}",
            "field-guide-teacher",
            (*_FIELD_GUIDE, f"run.seed={seed}", *changes),
        )
        for way, changes in _WAYS.items()
        for seed in range(3)
    )
)

STUDIES = {"birds26": BIRDS26, "balance": BALANCE}
