"""How species are written: Title Case, and the first English name where a class has several."""

import re

_WORD = re.compile(r"[^\s-]+")


def title_case(name: str) -> str:
    """Every word and every part of a hyphenated one begins with a capital: "Red-Breasted Merganser".

    Capitals inside a word stay ("MacGillivray's Warbler") unless the whole name is in capitals, as the
    folders of data sets are; the letter after an apostrophe is never raised ("Anna's Hummingbird").
    """
    name = " ".join(name.replace("_", " ").split())
    if name.isupper():
        name = name.lower()
    return _WORD.sub(lambda word: word[0][:1].upper() + word[0][1:], name)


def first_name(names: str) -> str:
    """The first of "bald eagle, American eagle, Haliaeetus leucocephalus", in Title Case."""
    return title_case(names.split(",", 1)[0])
