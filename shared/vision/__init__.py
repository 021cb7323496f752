"""Model bundles, where they come from, and the one preprocessing of training and serving."""

import os
import sys

# By default an OpenMP thread that waits for the others spins, and takes the core from whoever they wait for:
# decoding beside the model on two cores, a forward pass then takes four times as long. libgomp reads this
# once, when torch is loaded, so it has to be here: every module that loads torch is below or beside.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

# `import openvino` alone tells its makers, over the network, that it was imported. Where the package that
# does so is not to be had, as is the case from here on, it carries on without.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
