"""The page picks the same camera raw files as the command."""

import re
from pathlib import Path

from shared.photo.sniff import RAW_SUFFIXES

CHOSEN = Path(__file__).parents[3] / "api" / "static" / "js" / "upload" / "chosen.js"


def test_the_page_knows_the_names_of_camera_raws() -> None:
    declared = CHOSEN.read_text().partition("const RAW =")[2].partition(";")[0]
    assert set(re.findall(r"\.[0-9a-z]+", declared)) == RAW_SUFFIXES
