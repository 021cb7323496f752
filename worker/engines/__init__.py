"""What runs a model on a batch: one Protocol, a few runtimes."""

import shared.vision  # noqa: F401 - before torch: it says how torch's threads wait
