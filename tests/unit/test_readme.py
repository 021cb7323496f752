"""What README says of settings is what the settings say of themselves."""

from pathlib import Path

from scripts.checks.settings_table import table

README = Path(__file__).parent.parent.parent / "README.md"


def test_table_of_settings_is_the_generated_one() -> None:
    assert table() in README.read_text(), "run: python -m scripts.checks.settings_table"
