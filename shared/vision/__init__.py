"""Model bundles, where they come from, and the one preprocessing of training and serving."""

import os

# By default an OpenMP thread that waits for the others spins, and takes the core from whoever they wait for:
# decoding beside the model on two cores, a forward pass then takes four times as long. libgomp reads this
# once, when torch is loaded, so it has to be here: every module that loads torch is below or beside.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
