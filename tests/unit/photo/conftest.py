"""Pillow remarks on odd files with warnings; the processes ignore them, but pytest resets warning filters."""

import pytest


@pytest.fixture(autouse=True)
def _pillow_may_remark(recwarn: pytest.WarningsRecorder) -> None:
    import warnings

    warnings.filterwarnings("ignore", module=r"PIL\.")
