"""Runs operations beside their floors: seconds, queries and memory, each operation in a process of its own."""

import gc
import multiprocessing
import resource
import time
from dataclasses import dataclass
from statistics import median

import psutil

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.sql_db import close_all

from .database import vacuum


@dataclass(frozen=True, slots=True)
class Measurement:
    """Medians of the repetitions; peak memory in MB.

    Queries are counted with a warm registry and an empty cache of records.
    """

    name: str
    title: str
    seconds: float | None = None
    floor: float | None = None
    queries: int | None = None
    floor_queries: int | None = None
    memory: float | None = None
    bar: float | None = None
    limit: float | None = None
    excess_limit: float | None = None
    problem: str | None = None

    @property
    def ratio(self):
        return self.seconds / self.floor if self.floor else None

    @property
    def excess(self):
        """Seconds above the floor."""
        return self.seconds - self.floor if self.floor is not None else None

    @property
    def verdict(self):
        """Says whether the bars are reached; operations without bar are for information."""
        bars = ((self.bar, self.ratio), (self.limit, self.seconds), (self.excess_limit, self.excess))
        bars = [(bar, value) for bar, value in bars if bar is not None]
        if self.problem or not bars:
            return self.problem or ""
        return "ok" if all(value <= bar for bar, value in bars) else "MISSED"


def measure(operation, database, repeat):
    """Measure one operation in a forked process, so that its peak of memory is its own; prepared in another one."""
    missing = [model for model in operation.models if model not in Registry(database)]
    if missing:
        return Measurement(operation.name, operation.title, problem="not installed")
    close_all()
    crashed = Measurement(operation.name, operation.title, problem="crashed")
    known = _forked(_prepare, operation, database)
    if known is None:
        return crashed
    vars(operation).update(known)
    return _forked(_measure_here, operation, database, repeat) or crashed


def _forked(action, *arguments):
    """What the action returns in a process of its own, which begins with little memory; None: it crashed."""
    fork = multiprocessing.get_context("fork")
    receiver, sender = fork.Pipe(duplex=False)
    process = fork.Process(target=lambda: sender.send(action(*arguments)))
    process.start()
    sender.close()
    try:
        return receiver.recv()
    except EOFError:
        return None
    finally:
        process.join()


def _prepare(operation, database):
    """What the operation knows when it is prepared."""
    with Registry(database).cursor() as cr:
        operation.prepare(_environment(cr))
        cr.commit()
    if operation.prepared:
        vacuum(database, *operation.prepared)
    return vars(operation)


def _measure_here(operation, database, repeat):
    registry = Registry(database)
    gc.collect()
    idle = psutil.Process().memory_info().rss
    found = _run(registry, operation, operation.run, operation.product_summary)
    expected = _run(registry, operation, operation.floor, operation.floor_summary)
    if found.answer != expected.answer:
        return Measurement(operation.name, operation.title, problem=_difference(found.answer, expected.answer))
    pairs = [
        (_run(registry, operation, operation.run), _run(registry, operation, operation.floor))
        for _repetition in range(repeat * operation.samples)
    ]
    product, floor = zip(*pairs, strict=True)
    return Measurement(
        operation.name,
        operation.title,
        median(run.seconds for run in product),
        median(run.seconds for run in floor),
        product[-1].queries,
        floor[-1].queries,
        max(found.peak - idle, 0) / 1e6,
        operation.bar,
        operation.limit,
        operation.excess_limit,
    )


def _difference(found, expected):
    """What to look at first when the answers differ."""
    return f"differs from the floor: {str(found)[:200]} / {str(expected)[:200]}"


@dataclass(frozen=True, slots=True)
class Run:
    """Answer (as summed up), seconds, queries, and the highest memory of the process so far in bytes."""

    answer: object
    seconds: float
    queries: int
    peak: int


def _run(registry, operation, action, summarize=None):
    """One run in a transaction of its own that is rolled back."""
    with registry.cursor() as cr:
        env = _environment(cr)
        operation.before(env)
        env.flush_all()
        env.invalidate_all()
        gc.collect()
        queries, begin = cr.sql_log_count, time.perf_counter()
        answer = action(env)
        seconds, queries = time.perf_counter() - begin, cr.sql_log_count - queries
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        summary = summarize and summarize(env, answer)
        cr.rollback()
    return Run(summary, seconds, queries, peak)


def _environment(cr):
    env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
    return env(context={**env.context, "allowed_company_ids": env.company.ids})
