"""What runs a model on a batch: one Protocol, a few runtimes."""

import sys

import shared.vision  # noqa: F401 - before torch: it says how torch's threads wait

# `import openvino` alone tells its makers, over the network, that it was imported. Where the package that
# does so is not to be had, as is the case from here on, it carries on without.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
