"""The table by species."""

import io
from typing import Any

from rich.console import Console

from api.cli.sending.report import PROBLEMS_SHOWN, print_report
from api.cli.sending.tally import Tally
from api.client import Outcome, Result


def result(
    photo: str, species: str | None, probability: float = 0.5, bird: float = 1.0, seq: int = 1
) -> Result:
    done = species is not None
    rank: Any = "species" if bird > 0.2 else "not-a-bird"
    final: Any = {"name": species, "scientific_name": "Avis [bold]", "rank": rank, "by": "model"}
    return Result(
        seq=seq,
        photo_id=photo,
        name=f"{photo}.jpg",
        state="done" if done else "failed",
        predictions=[{"species": species, "scientific_name": "Avis [bold]", "probability": probability}]
        if species
        else [],
        bird_probability=bird if done else None,
        width=1,
        height=1,
        taken_at=None,
        model="m@1",
        error=None if done else {"code": "corrupt-image", "detail": "no pixels"},
        finished_at=None,
        box=None,
        taken_local=None,
        taken_offset_minutes=None,
        taken_from=None,
        final={**final, "probability": probability} if done else None,
    )


def report(tally: Tally) -> str:
    page = io.StringIO()
    print_report(Console(file=page, width=120), tally, "the-batch", 2.0)
    return page.getvalue()


def test_species_are_counted_with_mean_and_best() -> None:
    tally = Tally()
    for photo, species, probability in (("1", "Robin", 0.4), ("2", "Robin", 0.8), ("3", "Crow", 0.9)):
        tally.answer(result(photo, species, probability))
    rows = [(row.species, row.photos, round(row.mean, 3), row.best) for row in tally.by_species()]
    assert rows == [("Robin", 2, 0.6, 0.8), ("Crow", 1, 0.9, 0.9)]
    assert [line.split() for line in report(tally).splitlines()[:3]] == [
        ["Species", "Scientific", "name", "Photos", "Mean", "Best"],
        ["Robin", "Avis", "[bold]", "2", "60%", "80%"],
        ["Crow", "Avis", "[bold]", "1", "90%", "90%"],
    ]


def test_a_later_answer_takes_the_place_of_the_earlier() -> None:
    tally = Tally()
    tally.answer(result("1", None))
    assert tally.problems == [("1.jpg", "corrupt-image: no pixels")]
    tally.answer(result("1", "Crow", seq=2))
    assert not tally.problems
    assert [row.photos for row in tally.by_species()] == [1]


def test_refused_and_failed_photos_are_listed_with_their_reasons() -> None:
    tally = Tally()
    tally.answer(result("1", None))
    tally.settle(Outcome("notes.txt", reason={"code": "unsupported-type", "detail": "no photo"}))
    page = report(tally)
    assert "failed notes.txt: unsupported-type: no photo" in page
    assert "failed 1.jpg: corrupt-image: no pixels" in page
    assert "batch the-batch" in page


def test_what_is_left_out_of_an_archive_is_counted_and_no_problem() -> None:
    tally = Tally()
    tally.settle(Outcome("nas/@eaDir/a.jpg", reason={"code": "left-out", "detail": "With thumbnails."}))
    assert tally.account_line == "1 file given: 0 answered, 1 left out"
    assert (tally.problems, len(tally.left_out)) == ([], 1)


def test_a_flood_of_failures_is_cut_short() -> None:
    tally = Tally()
    for number in range(PROBLEMS_SHOWN + 5):
        tally.answer(result(str(number), None))
    assert report(tally).count("corrupt-image") == PROBLEMS_SHOWN
    assert "… and 5 more failed" in report(tally)


def test_photos_without_a_bird_are_pointed_out() -> None:
    tally = Tally()
    tally.answer(result("1", "Robin", bird=0.1))
    assert "1 probably show no bird" in report(tally)


def test_what_travelled_is_told_from_what_was_there() -> None:
    tally = Tally()
    tally.settle(Outcome("a", photo_id="1", sent=True))
    tally.settle(Outcome("b", photo_id="2"))
    assert (tally.sent, tally.there_already) == (1, 1)
