"""What a server counts, in Prometheus's format. Never a text, a key or an address."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Metrics:
    """The counters of one server."""

    def __init__(self) -> None:
        """Make them, all at zero."""
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "nmt_requests",
            "Requests answered.",
            ("path", "status"),
            registry=self._registry,
        )
        self.seconds = Histogram(
            "nmt_request_seconds",
            "From the end of the headers to the end of the answer.",
            ("path",),
            buckets=SECONDS,
            registry=self._registry,
        )
        self.texts = Counter(
            "nmt_texts", "Texts translated.", ("source", "target"), registry=self._registry
        )
        self.characters = Counter(
            "nmt_characters",
            "Characters in them.",
            ("source", "target"),
            registry=self._registry,
        )
        self.waiting = Gauge("nmt_waiting_texts", "Texts in the queue.", registry=self._registry)
        self.batch_texts = Histogram(
            "nmt_batch_texts", "Texts in one search.", buckets=BATCHES, registry=self._registry
        )

    def text(self) -> bytes:
        """Return all counters as Prometheus reads them."""
        return generate_latest(self._registry)
