"""The worker: takes photos from the queues, classifies them in batches, commits the answers, acknowledges."""

import shared.blas  # noqa: F401 - before numpy is loaded
