"""Liveness, readiness and metrics, without a word about any person."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from bot.api.problems import problem
from bot.api.work import office, read
from bot.delivery.tick import HEARTBEAT
from bot.store.errors import StoreError
from bot.store.queries import alerts, incidents, schedule

router = APIRouter(tags=["health"])
SCHEDULER_LATE = timedelta(minutes=2)


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process is alive."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(request: Request) -> JSONResponse:
    """The database answers and the scheduler has ticked within two minutes."""
    at = office(request)
    try:
        beat = await read(at, lambda tx: schedule.last_beat.one(tx, name=HEARTBEAT))
    except StoreError:
        return problem(503, "the store is away")
    if beat is None or abs(at.clock() - beat.at) > SCHEDULER_LATE:
        return problem(503, "the scheduler has not ticked for two minutes; is `besa schedule` running?")
    return JSONResponse({"status": "ready", "last_tick": beat.at.isoformat()})


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Counts for Prometheus."""
    at = office(request)
    registry = CollectorRegistry()
    gauge = Gauge("besa_alerts", "Alerts that are not resolved", ["level", "state"], registry=registry)
    for row in await read(at, alerts.totals.all):
        gauge.labels(row.level, row.state).set(row.n)
    wrong = Gauge("besa_incidents", "Incidents that are open", ["kind"], registry=registry)
    for row in await read(at, incidents.open_incidents.all):
        wrong.labels(row.kind).inc()
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
