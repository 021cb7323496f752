"""The api is small enough to run where no model fits."""

import subprocess
import sys


def test_the_application_does_without_torch() -> None:
    look = (
        "import sys, api.app; print([name for name in ('torch', 'timm', 'pyarrow') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", look], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
