"""Which answer is whose: by the bytes, else by the name, and never by a name that any card has."""

import json

from api.cli.handover.tag_match import KnownAnswers


def answers(*named: tuple[str, str], **more: object) -> KnownAnswers:
    """(name, sha256) each."""
    return KnownAnswers.read(
        json.dumps(
            {"name": name, "sha256": sha256, "photo_id": name, "final": {"name": name}, **more}
        ).encode()
        for name, sha256 in named
    )


def test_bytes_tell_whatever_the_name_is() -> None:
    known = answers(("card/a.jpg", "1"), ("card/b.jpg", "2"))
    found = known.of_bytes("2", "elsewhere/renamed.jpg")
    assert found is not None
    assert found["photo_id"] == "card/b.jpg"
    assert known.of_bytes("3", "card/a.jpg") is None


def test_the_same_bytes_under_two_names() -> None:
    known = answers(("one/a.jpg", "1"), ("two/a.jpg", "1"))
    found = known.of_bytes("1", "trip/two/a.jpg")
    assert found is not None
    assert found["photo_id"] == "two/a.jpg"


def test_a_name_tells_with_its_folders() -> None:
    known = answers(("day1/IMG_1.JPG", "1"), ("day2/IMG_1.JPG", "2"))
    found = known.of_name("trip/day2/IMG_1.JPG", alone=False)
    assert found is not None
    assert found["photo_id"] == "day2/IMG_1.JPG"
    assert known.of_name("trip/day3/IMG_1.JPG", alone=True) is None
    assert known.of_name("IMG_1.JPG", alone=True) is None  # of two


def test_a_name_alone_tells_only_where_that_is_known_to_do() -> None:
    known = answers(("IMG_1.JPG", "1"))
    assert known.of_name("other card/IMG_1.JPG", alone=False) is None
    assert known.of_name("other card/IMG_1.JPG", alone=True) is not None


def test_a_raw_file_is_told_by_its_picture() -> None:
    known = answers(("day1/IMG_1.JPG", "1"), companions=["day1/IMG_1.CR2"])
    found = known.of_name("day1/IMG_1.CR2", alone=False)
    assert found is not None
    assert found["photo_id"] == "day1/IMG_1.JPG"


def test_what_has_no_answer_is_not_known() -> None:
    assert answers(("a.jpg", "1"), final=None).of_bytes("1", "a.jpg") is None
