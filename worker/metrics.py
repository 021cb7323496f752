"""What a worker counts."""

from prometheus_client import Counter, Gauge, Histogram

from shared.metrics import SECONDS

PHOTOS = Counter("birds_worker_photos_total", "Photos answered", ["lane", "outcome"])
SECOND_LOOKS = Counter(
    "birds_worker_second_looks_total", "Photos looked at again, by which look was surer", ["surer"]
)
STAGE = Histogram("birds_worker_stage_seconds", "Time in one stage", ["stage"], buckets=SECONDS)
BATCH_FILL = Histogram(
    "birds_worker_batch_fill_ratio",
    "Photos in a batch over those of a full one; above 1 it grew",
    buckets=(0.125, 0.25, 0.5, 0.75, 0.99, 1, 2, 4),
)
IN_HAND = Gauge("birds_worker_photos_in_hand", "Photos delivered and not yet acknowledged")
RANGE = Gauge("birds_worker_range_info", "The sources by which birds are judged", ["source"])
JUDGED = Counter("birds_worker_judged_again_total", "Batches of which a portion was judged again")
MODEL = Gauge("birds_worker_model_info", "The model that answers", ["model"])
SHADOW = Counter(
    "birds_worker_shadow_photos_total",
    "Photos that a candidate was to answer beside the active model",
    ["outcome"],
)
SHADOW_MODEL = Gauge("birds_worker_shadow_info", "The candidate that answers some photos, too", ["model"])
