"""numpy's linear algebra in one thread; import this before numpy.

OpenBLAS's other threads turn in circles for some 30 ms after each product of matrices, on cores that the
engine or somebody's decoding needs: on two cores the model that comes with Birds then answers 143 photos a
second in place of 205 (`OPENBLAS_NUM_THREADS=2 scripts/bench A`). Our matrices are small, and where more is
to be done at once, that is done in threads and processes of our own.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
