import pytest

from shared.vision.species import first_name, title_case


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("GREAT BLUE HERON", "Great Blue Heron"),
        ("BLACK-THROATED SPARROW", "Black-Throated Sparrow"),
        ("red-breasted merganser", "Red-Breasted Merganser"),
        ("Anna's hummingbird", "Anna's Hummingbird"),
        ("ANNA'S HUMMINGBIRD", "Anna's Hummingbird"),
        ("MacGillivray's warbler", "MacGillivray's Warbler"),
        ("bee_eater", "Bee Eater"),
        ("  cock   of the rock ", "Cock Of The Rock"),
        ("'i'iwi", "'i'iwi"),
        ("", ""),
    ],
)
def test_title_case(name: str, expected: str) -> None:
    assert title_case(name) == expected


def test_the_first_of_several_names() -> None:
    assert first_name("bald eagle, American eagle, Haliaeetus leucocephalus") == "Bald Eagle"
