"""What runs a model on a batch: one Protocol, a few runtimes."""

import shared.vision  # noqa: F401 - before torch and OpenVINO: it says how they behave
