"""What an api process counts, in Prometheus's terms."""

from prometheus_client import Counter, Gauge, Histogram

from shared.metrics import SECONDS

REQUESTS = Histogram(
    "birds_api_request_seconds",
    "Time to answer a request; a websocket's is how long it was open",
    ("method", "route", "status"),
    buckets=SECONDS,
)
PHOTOS_ACCEPTED = Counter("birds_api_photos_accepted_total", "New photos queued")
PHOTOS_REJECTED = Counter("birds_api_photos_rejected_total", "Files refused at intake", ("code",))
BYTES_RECEIVED = Counter("birds_api_photo_bytes_total", "Bytes of photos stored or found stored")
BACKLOG = Gauge("birds_backlog_photos", "Photos that wait for a worker, of all owners", ("lane",))
BACKLOG_AGE = Gauge("birds_backlog_age_seconds", "How long the first of them has waited", ("lane",))
SIGHTINGS = Histogram(
    "birds_sightings_seconds",
    "Time to make the sightings of a batch",
    buckets=(*SECONDS, 60, 300),  # of a million photos
)
WEBSOCKETS = Gauge("birds_api_websockets", "Websockets open")
WEBHOOK_ATTEMPTS = Counter(
    "birds_webhook_attempts_total",
    "Deliveries sent to webhooks: delivered, failed (and tried again), given up",
    ("outcome",),
)
WEBHOOKS_WAITING = Gauge("birds_webhook_deliveries_waiting", "Deliveries that are due now or later")
