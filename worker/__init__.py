"""The worker: takes photos from the queues, classifies them in batches, commits the answers, acknowledges."""
