"""The page's files at addresses of their version."""

import os
import re
from pathlib import Path

from api.http.handlers.pages import STATIC
from api.http.page_files import ASK, FOREVER, PageFiles


def version_of(page: PageFiles) -> str:
    [version] = set(re.findall(r'"static/([0-9a-f]{16})/', page.index()))
    return str(version)


def test_files_of_this_version_are_kept_for_ever_and_others_asked_for() -> None:
    page = PageFiles(STATIC)
    version = version_of(page)
    assert version == version_of(PageFiles(STATIC))
    main = STATIC / "js" / "main.js"
    assert page.file("js/main.js", version) == (main, FOREVER)
    assert page.file("js/main.js", "0" * 16) == (main, ASK)
    assert page.file("../http/app.py", version) is None
    assert page.file("js", version) is None
    assert page.file("js/none.js", version) is None


def test_a_changed_file_is_another_version(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text('<script src="static/main.js">')
    (tmp_path / "main.js").write_text("1")
    page = PageFiles(tmp_path)
    before = version_of(page)
    (tmp_path / "main.js").write_text("2")
    os.utime(tmp_path / "main.js", ns=(1, 1))
    assert version_of(page) != before
