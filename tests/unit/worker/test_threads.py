import os
import subprocess
import sys

import pytest


@pytest.mark.skipif(sys.platform != "linux", reason="libgomp is Linux's")
def test_waiting_threads_of_torch_leave_the_core_to_others() -> None:
    """What libgomp itself says when it is loaded: it must have been told before."""
    environment = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
    run = subprocess.run(
        [sys.executable, "-c", "import worker.engines.torch_engine"],
        env=environment | {"OMP_DISPLAY_ENV": "TRUE"},
        check=True,
        capture_output=True,
        text=True,
    )
    assert "OMP_WAIT_POLICY = 'PASSIVE'" in run.stderr


@pytest.mark.parametrize("program", ["api.__main__", "worker.__main__"])
def test_waiting_threads_of_numpy_leave_the_core_to_others(program: str) -> None:
    code = f"""
import {program}
import time
import numpy as np
np.ones((300, 300)) @ np.ones((300, 300))
began = time.process_time()
time.sleep(0.1)  # nothing is waited for: whoever computes meanwhile is told of below
print(time.process_time() - began)
"""
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True
    )
    assert float(run.stdout) < 0.01
