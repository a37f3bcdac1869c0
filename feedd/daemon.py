"""The only file with threads, signals and the event loop: start in order, stop in reverse.

    main thread       asyncio: server, deliveries, control socket, signals, systemd's heartbeat
    pipeline thread   `Pipeline.run`, one batch at a time: the one writer of entries, documents and publications
    watchdog's and    leave a hint in the queue and nothing else
    APScheduler's

Life: 1 locks taken, old temporary files gone - 2 socket bound - 3 events on, so that nothing falls between - 4 what
stands in public is served again - 5 READY - 6 the first sweep - 7 hints, until SIGTERM - 8 no more hints - 9 the batch
under way is finished - 10 deliveries drain - 11 the server closes its connections - 12 locks let go.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import time
from collections.abc import Callable
from typing import Any

from feedd import __version__, control, identities, sdnotify, status, versions, wiring
from feedd.errors import FeeddError, SettingsError
from feedd.hints import HintQueue, Request, Sweep
from feedd.model import Settings
from feedd.pipeline import Report, Scope
from feedd.publisher.cache import DocumentCache
from feedd.scheduler import Scheduler
from feedd.server import serve
from feedd.server.answer import Health
from feedd.server.app import make_app
from feedd.server.limit import Limiter
from feedd.store import lock
from feedd.telling import summary, told
from feedd.watcher.events import FolderEvents
from feedd.worker import Worker

log = logging.getLogger(__name__)

CHECK_EVERY = 2.0  # seconds between two looks at the watcher's threads and roots
STUCK_AFTER = 120.0  # a pipeline that has not moved for so long is dead, and systemd should know
DRAIN = 10.0  # seconds for deliveries under way; must be less than the unit's TimeoutStopSec


class Daemon:
    """One running feedd. `reload` gives the settings anew (SIGHUP); it raises SettingsError to keep the old ones."""

    def __init__(
        self,
        settings: Settings,
        outputs: wiring.Outputs,
        reload: Callable[[], Settings],
        on_serving: Callable[[str | None], None] = lambda url: None,
    ) -> None:
        self.settings = settings
        self._outputs = outputs
        publishers = outputs.use(settings)
        self._reload = reload
        self._on_serving = on_serving
        self.queue = HintQueue()
        self.store = wiring.open_store(settings)
        self.cache = DocumentCache()
        self.limiter = Limiter(settings.server.limit)
        self.shelf = wiring.ServedShelf(self.cache, settings.server)
        self.pipeline = wiring.furnish(settings, self.store, publishers, self.shelf, progress=self._progress)
        self.scheduler = Scheduler(self.queue.put)
        self.events = self._new_events(settings)
        self.deliverer, self._outbound = wiring.open_deliverer(settings, self.store)
        self.worker = Worker(self)
        self.ready = False
        self.failed = False
        self._moved = time.monotonic()
        self._stop = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    # --- life

    async def run(self) -> int:
        """Until a signal or a failure ends it. The exit code."""
        self._loop = asyncio.get_running_loop()
        settings = self.settings
        server = None
        if settings.server.listen is not None:
            server = serve.Server(make_app(self.cache, self.health, self.limiter), serve.bind(settings.server.listen))
        self.events.start()
        await asyncio.to_thread(self.pipeline.preload)
        await asyncio.to_thread(self.store.release)  # what a killed feedd was about to tell is not left to its lease
        self.scheduler.start()
        self.scheduler.use(settings, wiring.clock())
        self.queue.put(Sweep(None, "start"))
        self._listen_to_signals()
        tasks = [asyncio.create_task(self._watch_over(), name="watch over")]
        delivering = asyncio.create_task(self.deliverer.run(self._stop), name="deliver")
        door = await control.serve(settings.state_dir, self.answer)
        serving = asyncio.create_task(server.serve(), name="serve") if server else None
        sdnotify.notify(f"READY=1\nSTATUS=watching {len(settings.sources)} folder(s)")
        self._on_serving(server.url if server else None)
        self.worker.start()
        for task in (delivering, serving):
            if task is not None:
                task.add_done_callback(self._ended)
        try:
            await self._stop.wait()
        finally:
            await self._shut_down(server, serving, delivering, tasks, door)
        return 1 if self.failed else 0

    async def _shut_down(
        self,
        server: serve.Server | None,
        serving: asyncio.Task[None] | None,
        delivering: asyncio.Task[None],
        tasks: list[asyncio.Task[None]],
        door: asyncio.Server,
    ) -> None:
        sdnotify.notify("STOPPING=1")
        log.info("stopping")
        door.close()
        await asyncio.to_thread(self.events.stop)
        self.scheduler.stop()
        self.queue.close()
        await asyncio.to_thread(self.worker.join)
        await asyncio.wait([delivering])
        await self.deliverer.drain(DRAIN)
        if server is not None and serving is not None:
            server.stop()
            await asyncio.wait([serving])
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._outbound.close()
        self.store.close()

    def stop(self, *, failed: bool = False) -> None:
        """From any thread, any number of times."""
        self.failed |= failed
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._stop.set)

    def _listen_to_signals(self) -> None:
        assert self._loop is not None
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(number, self._stop.set)
        self._loop.add_signal_handler(signal.SIGHUP, self._hang_up)

    def _hang_up(self) -> None:
        assert self._loop is not None
        task = self._loop.create_task(self._reload_quietly())
        task.add_done_callback(lambda _: None)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """The server or the deliverer ended although nobody asked: without it this is no feedd."""
        if not self._stop.is_set() and not task.cancelled():
            log.error("%s ended unexpectedly", task.get_name(), exc_info=task.exception())
            self.stop(failed=True)

    # --- health

    async def _watch_over(self) -> None:
        """Every few seconds: mend the watcher, tell systemd that we live."""
        beat = sdnotify.watchdog_interval()
        while True:
            try:
                await asyncio.to_thread(self.events.check)
            except Exception:
                log.exception("the watcher could not be checked")
            if beat is not None and self.alive():
                sdnotify.notify("WATCHDOG=1")
            await asyncio.sleep(min(CHECK_EVERY, beat or CHECK_EVERY))

    def _progress(self, what: str, done: int, total: int) -> None:
        self._moved = time.monotonic()

    def moved(self) -> None:
        self._moved = time.monotonic()

    def alive(self) -> bool:
        """Does the pipeline turn, do the watcher's and the scheduler's threads live?"""
        return (
            time.monotonic() - self._moved < STUCK_AFTER
            and self.worker.is_alive()
            and self.events.healthy()
            and self.scheduler.is_alive()
        )

    def health(self) -> Health:
        return Health(
            alive=self.alive(),
            ready=self.ready,
            detail={
                "version": __version__,
                "pipeline_idle_seconds": round(time.monotonic() - self._moved, 1),
                "waiting_hints": len(self.queue),
                "watching": self.events.modes(),
            },
        )

    # --- what people ask

    async def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """One request over the control socket."""
        actions = {
            "status": self._status,
            "build": self._build,
            "ping": self._ping,
            "retry": self._retry,
            "reload": self._reload_now,
            "give": self._give,
            "rollback": self._rollback,
        }
        action = actions.get(request.get("do", ""))
        if action is None:
            raise FeeddError(f"unknown request {request.get('do')!r}", hint=f"known: {', '.join(actions)}")
        return await action(request)

    async def _on_pipeline(self, work: Callable[[], Any]) -> Any:
        request = Request(work)
        self.queue.put(request)
        return await asyncio.wrap_future(request.answer)

    async def _status(self, _request: dict[str, Any]) -> dict[str, Any]:
        now = wiring.clock()
        data = await asyncio.to_thread(status.collect, self.store, self.settings, now)
        data["daemon"] = {
            "alive": self.alive(),
            "ready": self.ready,
            "watching": self.events.modes(),
            "version": __version__,
        }
        data["problems"] += [told(problem) for problem in self.events.problems()]
        return data

    async def _build(self, request: dict[str, Any]) -> dict[str, Any]:
        scope = Scope.everything(accept=bool(request.get("accept")))

        def work() -> dict[str, Any]:
            usual = self.pipeline.publishers
            if request.get("adopt"):
                self.pipeline.publishers = wiring.open_publishers(wiring.adopting(self.settings))
            now = wiring.clock()
            try:
                report = self.pipeline.run(scope, now)
            finally:
                self.pipeline.publishers = usual
            self.worker.after(report, "asked for", now)
            return summary(report, self.store, self.settings)

        return dict(await self._on_pipeline(work))

    async def _ping(self, request: dict[str, Any]) -> dict[str, Any]:
        def work() -> int:
            count = self.pipeline.announce_all(wiring.clock(), endpoint=request.get("endpoint"))
            self.store.retry(wiring.clock(), given_up=False)  # a person asks: no minimum interval is waited for
            return count

        count = await self._on_pipeline(work)
        self.deliverer.wake()
        return {"deliveries": count}

    async def _give(self, request: dict[str, Any]) -> dict[str, Any]:
        """Other ids for entries, as `identities` knows them; the documents follow at once, and nobody is told."""
        gifts = [identities.untold(gift) for gift in request["gifts"]]
        why = str(request["why"])

        def work() -> dict[str, Any]:
            now = wiring.clock()
            result = identities.give(self.pipeline, self.store, gifts, now, why)
            self.worker.after(self.pipeline.run(Scope(), now), "asked for", now)
            return result

        return dict(await self._on_pipeline(work))

    async def _rollback(self, request: dict[str, Any]) -> dict[str, Any]:
        """As `versions.act` knows it."""

        def work() -> dict[str, Any]:
            now, report = wiring.clock(), Report()
            result = versions.act(self.pipeline, request, now, report)
            # With what is dirty or could not be put before: `after` believes that its report is of all feeds.
            self.worker.after(self.pipeline.run(Scope(), now), "asked for", now)
            return result

        return dict(await self._on_pipeline(work))

    async def _retry(self, request: dict[str, Any]) -> dict[str, Any]:
        count = await asyncio.to_thread(
            lambda: self.store.retry(wiring.clock(), given_up=bool(request.get("given_up", True)))
        )
        self.deliverer.wake()
        return {"deliveries": count}

    # --- reload

    async def _reload_quietly(self) -> None:
        try:
            await self._reload_now({})
        except SettingsError as error:
            for problem in error.problems:
                log.error("%s", problem)
            log.error("the settings were not reloaded; the old ones stay in force")
        except FeeddError as error:
            log.error("not reloaded: %s (%s)", error.message, error.hint)
        except Exception:
            log.exception("not reloaded: an error of ours")

    async def _reload_now(self, _request: dict[str, Any]) -> dict[str, Any]:
        """Read and check first; the old house stands until the new one is furnished."""
        sdnotify.reloading()
        try:
            settings = await asyncio.to_thread(self._reload)
            kept = _fixed_while_running(self.settings, settings)
            for name in kept:
                log.warning("%s changed: that takes a restart, the old one stays until then", name)
            await self._on_pipeline(lambda: self._take_over(settings))
        finally:
            sdnotify.notify("READY=1")
        return {"reloaded": True, "needs_restart": kept}

    def _take_over(self, settings: Settings) -> None:
        """On the pipeline thread, between two batches."""
        old = self.settings
        if settings.targets != old.targets:
            self.pipeline.publishers = self._outputs.use(settings)
        self.settings = self.pipeline.settings = settings
        self.shelf.use(settings.server)
        self.limiter.limit = settings.server.limit
        if settings.sources != old.sources:
            self.events.stop()
            self.events = self._new_events(settings)
            self.events.start()
            self.worker.settle_as(settings.sources)
        self.scheduler.use(settings, wiring.clock())
        dropped = self.store.drop_endpoints([endpoint.id for endpoint in settings.endpoints])
        if dropped:
            log.info("%d waiting deliveries to removed endpoints were given up", dropped)
        self.deliverer.use({e.id: e for e in settings.endpoints}, wiring.notifiers_for(settings))
        log.info("settings reloaded")
        self.queue.put(Sweep(None, "reload"))

    def _new_events(self, settings: Settings) -> FolderEvents:
        return FolderEvents(settings.sources, self.queue.put, wiring.ARTICLES)


def _fixed_while_running(old: Settings, new: Settings) -> list[str]:
    fixed = {
        "server.listen": (old.server.listen, new.server.listen),
        "state": (old.state_dir, new.state_dir),
        "log": ((old.log_format, old.log_level), (new.log_format, new.log_level)),
    }
    return [name for name, (before, after) in fixed.items() if before != after]


def run(settings: Settings, reload: Callable[[], Settings], on_serving: Callable[[str | None], None]) -> int:
    """Be the daemon until told otherwise. The exit code; LockedError if another one is."""
    import uvloop

    with lock.hold(settings.state_dir), wiring.Outputs() as outputs:

        async def main() -> int:
            return await Daemon(settings, outputs, reload, on_serving).run()

        with contextlib.suppress(KeyboardInterrupt):
            return uvloop.run(main())
    return 0
