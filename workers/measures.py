"""Measures for Prometheus: requests, steps, and what stands in the database when somebody asks. No names, no numbers
of people: labels are routes, steps and states."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, GCCollector, Histogram, ProcessCollector, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from api.office import Answered
from archive import proofs
from archive.clock import Clock
from archive.database import Database, DatabaseAway
from archive.deliveries import Delivery
from archive.errors import Problem
from archive.settings import Settings
from archive.steps import DUE, PARKED, RUNNING
from archive.tables import Document, Step
from workers.console import Console

REQUEST_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0)
STEP_SECONDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0, 300.0)


class Measures:
    """The measures of one process. ``answered`` and ``stepped`` are told what happened."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self._requests = Histogram(
            "hoso_request_seconds", "Seconds until a request was answered",
            ("route", "method", "status"), registry=self.registry, buckets=REQUEST_SECONDS,
        )  # fmt: skip
        self._steps = Histogram(
            "hoso_step_seconds", "Seconds of work of steps that ended here", ("step", "state"),
            registry=self.registry, buckets=STEP_SECONDS,
        )  # fmt: skip

    def answered(self, one: Answered) -> None:
        """A request was answered."""
        self._requests.labels(one.route or "none", one.method, str(one.status)).observe(one.seconds)

    def stepped(self, name: str, state: str, seconds: float) -> None:
        """A step ended here."""
        self._steps.labels(name, state).observe(seconds)

    def watch(self, database: Database, clock: Clock) -> None:
        """Tell also what stands in this database, counted when somebody asks."""
        self.registry.register(Standing(database, clock))

    def serve(self, settings: Settings, out: Console) -> None:
        """Answer at ``/metrics`` of the port set for it; without one, nowhere. Raises Problem CANNOT_LISTEN."""
        if not settings.metrics_port:
            return
        try:
            start_http_server(settings.metrics_port, settings.metrics_host, self.registry)
        except OSError as error:
            where = f"{settings.metrics_host}:{settings.metrics_port}"
            raise Problem(
                "CANNOT_LISTEN",
                f"Không mở được {where}: {error.strerror}",
                f"Cannot listen on {where}: {error.strerror}",
            ) from error
        out.notice("metrics", port=settings.metrics_port)


class Standing(Collector):
    """Documents, open steps and batches by state, and how long the oldest ripe step has waited."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Count now; while the database is away ``hoso_database_up`` alone is told, as 0."""
        up = GaugeMetricFamily("hoso_database_up", "Whether the database answered")
        try:
            counted = self._count()
            up.add_metric([], 1)
        except DatabaseAway:
            counted = []
            up.add_metric([], 0)
        yield up
        yield from counted

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing is asked of the database when the process begins."""
        return []

    def _count(self) -> list[GaugeMetricFamily]:
        documents = GaugeMetricFamily("hoso_documents", "Documents", labels=["state"])
        steps = GaugeMetricFamily("hoso_steps", "Steps that are not done", labels=["step", "state"])
        batches = GaugeMetricFamily("hoso_batches", "Batches that came over the network", labels=["state"])
        proven = GaugeMetricFamily("hoso_proofs", "Kept files by how they prove themselves", labels=["state"])
        oldest = GaugeMetricFamily("hoso_oldest_ripe_seconds", "How long the oldest ripe step has waited")
        now = self.clock()
        with self.database.reading() as session:
            for state, count in session.execute(
                select(Document.state, func.count()).group_by(Document.state)
            ):
                documents.add_metric([state], count)
            open_steps = (
                select(Step.name, Step.state, func.count())
                .where(Step.state.in_((DUE, RUNNING, PARKED)))
                .group_by(Step.name, Step.state)
            )
            for name, state, count in session.execute(open_steps):
                steps.add_metric([name, state], count)
            for state, count in session.execute(
                select(Delivery.state, func.count()).group_by(Delivery.state)
            ):
                batches.add_metric([state], count)
            for state, count in proofs.counts(session).items():
                proven.add_metric([state], count)
            ripe = session.scalar(
                select(func.min(Step.offer_at)).where(Step.state == DUE, Step.offer_at <= now)
            )
        oldest.add_metric([], _seconds(ripe, now))
        return [documents, steps, batches, proven, oldest]


def _seconds(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else (now - since).total_seconds()
