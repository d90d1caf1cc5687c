"""Runs operations beside their floors: seconds, queries and memory, each operation in a process of its own."""

import gc
import multiprocessing
import resource
import statistics
import time
from dataclasses import dataclass

import psutil

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.sql_db import close_all


@dataclass(frozen=True, slots=True)
class Measurement:
    """Medians over the repetitions; memory is the peak above the idle process, in MB."""

    name: str
    title: str
    seconds: float | None = None
    floor: float | None = None
    queries: int | None = None
    memory: float | None = None
    bar: float | None = None
    limit: float | None = None
    problem: str | None = None

    @property
    def ratio(self):
        return self.seconds / self.floor if self.floor else None

    @property
    def verdict(self):
        """Says whether the bar is reached; operations without bar are for information."""
        if self.problem or (self.bar is None and self.limit is None):
            return self.problem or ""
        good = (self.bar is None or self.ratio <= self.bar) and (self.limit is None or self.seconds <= self.limit)
        return "ok" if good else "MISSED"


def measure(operation, database, repeat):
    """Measure one operation in a forked process, so that its peak of memory is its own."""
    missing = [model for model in operation.models if model not in Registry(database)]
    if missing:
        return Measurement(operation.name, operation.title, problem="not installed")
    close_all()
    fork = multiprocessing.get_context("fork")
    receiver, sender = fork.Pipe(duplex=False)
    process = fork.Process(target=_send, args=(sender, operation, database, repeat))
    process.start()
    sender.close()
    try:
        return receiver.recv()
    except EOFError:
        return Measurement(operation.name, operation.title, problem="crashed")
    finally:
        process.join()


def _send(sender, operation, database, repeat):
    sender.send(_measure_here(operation, database, repeat))


def _measure_here(operation, database, repeat):
    registry = Registry(database)
    with registry.cursor() as cr:
        operation.prepare(_environment(cr))
        cr.commit()
    gc.collect()
    idle = psutil.Process().memory_info().rss
    answer, _seconds, queries = _timed(registry, operation, operation.run)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - idle
    expected, *_rest = _timed(registry, operation, operation.floor)
    if operation.product_summary(answer) != operation.floor_summary(expected):
        return Measurement(operation.name, operation.title, problem="differs from the floor")
    del answer, expected
    runs = [
        (_timed(registry, operation, operation.run)[1], _timed(registry, operation, operation.floor)[1])
        for _repetition in range(repeat)
    ]
    seconds, floor = (statistics.median(column) for column in zip(*runs, strict=True))
    return Measurement(
        operation.name, operation.title, seconds, floor, queries, max(memory, 0) / 1e6, operation.bar, operation.limit
    )


def _timed(registry, operation, action):
    """``(answer, seconds, queries)`` of one run in a transaction of its own that is rolled back."""
    with registry.cursor() as cr:
        env = _environment(cr)
        operation.before(env)
        env.flush_all()
        queries, begin = cr.sql_log_count, time.perf_counter()
        answer = action(env)
        seconds, queries = time.perf_counter() - begin, cr.sql_log_count - queries
        cr.rollback()
    return answer, seconds, queries


def _environment(cr):
    env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
    return env(context={**env.context, "allowed_company_ids": env.company.ids})
