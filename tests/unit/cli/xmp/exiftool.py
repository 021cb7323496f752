"""exiftool, which reads what other programs would."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

needs_exiftool = pytest.mark.skipif(
    shutil.which("exiftool") is None, reason="exiftool is not installed (libimage-exiftool-perl)"
)


def read(path: Path) -> dict[str, Any]:
    """Tags by their names, without groups."""
    command = ["exiftool", "-json", "-struct", "-XMP:all", "-EXIF:all", str(path)]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    tags: dict[str, Any] = json.loads(out)[0]
    return tags


def complaints(path: Path) -> str:
    command = ["exiftool", "-validate", "-warning", "-error", "-a", "-s3", str(path)]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    return "" if out == "OK" else out


def write(path: Path, *changes: str) -> None:
    """As another program would."""
    command = ["exiftool", "-q", "-overwrite_original", *changes, str(path)]
    subprocess.run(command, check=True, capture_output=True)
