"""Jobs on the workers of a Dask scheduler: `--cluster ADDRESS`, or `local`, which starts a scheduler and workers here.

Theory of operation. A few jobs per worker are under way at a time, and each one that returns lets another be sent: what
is held in memory, here and at the scheduler, does not grow with the class. When a worker is lost, Dask gives its jobs
to others, up to four times. A program that takes the worker down each time is then graded here, in new processes, so
that everybody gets a grade and no program stops the class. `dask_worker` decides whether to trust a worker's grades. A
job whose answer cannot be its grade all the same (`credible`) is done here, too.

Dask's messages are pickles, and anyone who can reach a scheduler can run programs on its workers. So it belongs in a
network of the staff's own, or behind TLS, which is switched on in Dask's own configuration.
"""

import contextlib
import errno
import importlib.util
import itertools
import logging
import queue
import re
import sys
import tempfile
import time
import uuid
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..assignment import Assignment
from . import credible, environment, jobs
from .grading import NotStarted, Runner
from .jobs import Done, Job
from .progress import warn

if TYPE_CHECKING:
    from distributed import Client, Future

ADDRESS = re.compile(r"(?:(?:tcp|tls|wss?)://)?(?:[^/\s:\[\]]+|\[[0-9a-fA-F:]+\]):[0-9]{1,5}")
# Jobs under way per worker: one that is being graded, and some that wait at the worker so that it is never idle.
JOBS_A_WORKER = 4
# How long a scheduler may take to answer, and the first worker to appear.
PATIENCE_S = 10.0
# How long the present workers may take to load the grader and compare it with ours.
EXAMINE_S = 120.0
# How often we count the workers.
LOOK_EVERY_S = 5.0
# How long we wait for a worker when all are gone.
NO_WORKER_S = 300.0


def refuse_what_cannot_be(address: str) -> None:
    """Check the argument of --cluster before anything is created.

    Raises:
        NotStarted: it is not an address, or Dask is not installed.
    """
    if importlib.util.find_spec("distributed") is None:
        raise NotStarted(
            "--cluster needs Dask's distributed, which is not installed. `make setup` installs it, or "
            "pip install distributed."
        )
    if address != "local" and not ADDRESS.fullmatch(address):
        raise NotStarted(f"--cluster takes the address of a scheduler, such as tcp://10.0.0.5:8786, not {address!r}.")


@contextlib.contextmanager
def remote(address: str, assignment: Assignment, count: int) -> Iterator[Runner]:
    """Yield a function that does jobs on a cluster.

    Args:
        address: of the scheduler, such as tcp://10.0.0.5:8786; `local` to start one here.
        count: how many workers a local scheduler gets.

    Raises:
        NotStarted: there is no such scheduler, it has no workers, or one of them would grade differently.
    """
    import dask

    from . import dask_worker

    _be_quiet()
    settings = {"distributed.comm.timeouts.connect": f"{PATIENCE_S:g}s"}
    with contextlib.ExitStack() as stack:
        stack.enter_context(dask.config.set(settings))
        client = stack.enter_context(_client(address, count))
        run = f"grading-{uuid.uuid4().hex[:12]}"
        portable = dask_worker.portable(assignment)
        decisive = environment.decisive(dask_worker.ROOT, assignment)
        _examine(client, portable, decisive)
        try:
            # A worker that has joined since, and would grade differently, gets no jobs: its error can be ignored.
            with contextlib.suppress(dask_worker.Unlike):
                client.register_plugin(dask_worker.Grading(run, portable, decisive, of_terminal=address == "local"))
            numbers = itertools.count()  # unique for each job, even if this is called several times
            yield lambda waiting: _Run(client, run, assignment).do(zip(numbers, waiting))
        finally:
            with contextlib.suppress(Exception):  # the scheduler is gone, and its workers soon will be
                if client.status == "running":
                    client.sync(client._unregister_worker_plugin, run, callback_timeout=PATIENCE_S)  # noqa: SLF001


class _Run:
    """One class that the workers are grading."""

    def __init__(self, client: "Client", run: str, assignment: Assignment) -> None:
        self._client = client
        self._address = client.scheduler.address if client.scheduler else ""  # no scheduler once it is gone
        self._run = run
        self._assignment = assignment
        self._under_way: dict[Any, tuple[Future[Any], Job]] = {}
        self._back: queue.SimpleQueue[Future[Any]] = queue.SimpleQueue()
        self._workers = 0
        self._looked = -LOOK_EVERY_S
        self._alone_since: float | None = None
        self._told = False

    def do(self, jobs_left: Iterator[tuple[int, Job]]) -> Iterator[Done]:
        """Do numbered jobs; yield each as soon as it is done, in no particular order.

        Raises:
            ConnectionError: the scheduler is gone, or has had no workers for NO_WORKER_S.
        """
        try:
            while self._send(jobs_left) or self._under_way:
                yield from self._receive()
        finally:
            left = [future for future, _ in self._under_way.values()]
            if left and self._client.status == "running":
                with contextlib.suppress(Exception):
                    self._client.sync(self._client._cancel, left, callback_timeout=PATIENCE_S)  # noqa: SLF001

    def _send(self, jobs_left: Iterator[tuple[int, Job]]) -> int:
        """Send jobs until enough are under way; return how many were sent."""
        from .dask_worker import grade

        self._look()
        sent = 0
        while len(self._under_way) < JOBS_A_WORKER * max(1, self._workers):
            number, job = next(jobs_left, (0, None))
            if job is None:
                break
            # The scheduler learns a number, not whose program it is.
            key, need = (self._run, number), {self._run: 1}
            future = self._client.submit(grade, job, self._run, key=key, resources=need, pure=False)
            self._under_way[key] = future, job
            future.add_done_callback(self._back.put)
            sent += 1
        return sent

    def _receive(self) -> Iterator[Done]:
        """Yield what has come back; nothing if nothing does within LOOK_EVERY_S."""
        try:
            back = [self._back.get(timeout=LOOK_EVERY_S)]
        except queue.Empty:
            return
        with contextlib.suppress(queue.Empty):
            while True:
                back.append(self._back.get_nowait())
        good = [future for future in back if future.status not in ("error", "cancelled")]
        try:
            # All in one request. If a lost worker held some of them, others do those again before this returns.
            results: list[Done | None] = self._client.gather(good)
        except Exception:  # one of them has failed since, or the scheduler is gone
            results = [None] * len(good)
        found = dict(zip((future.key for future in good), results))
        for future in back:
            done = self._checked(future, found.get(future.key) or self._ask_again(future))
            del self._under_way[future.key]
            future.release()
            yield done

    def _ask_again(self, future: "Future[Any]") -> Done:
        """Return the result of one job; do it here if the cluster could not."""
        try:
            done: Done = future.result()
        except Exception as error:
            # It arrived if the client is still connected, so it cannot be read.
            if future.status != "error" and (future.status != "finished" or self._client.status != "running"):
                raise self._lost() from error
            return self._here(future, type(error).__name__)
        return done

    def _checked(self, future: "Future[Any]", done: Done) -> Done:
        """Return what a worker has sent, or a grade from here if that cannot be the grade of this job."""
        why = credible.why_not(done, self._under_way[future.key][1], self._assignment)
        return self._here(future, why) if why else done

    def _here(self, future: "Future[Any]", why: str) -> Done:
        """Do a job on this machine, and tell the user the first time: it takes long if workers fail on every job."""
        job = self._under_way[future.key][1]
        if not self._told:
            self._told = True
            warn(
                f"{self._who(future)} could not grade {job.id} ({why}), so it is graded on this machine. If there are "
                "more, their notes in grades.csv say so. If this takes too long, stop with Ctrl-C, restart the "
                "workers, and run the same command again."
            )
        done = jobs.do(job, self._assignment, None)
        if done is None:
            raise KeyboardInterrupt
        staff = f"No worker of the cluster could grade this ({why}), so it was graded on the machine that sent it."
        return replace(done, graded=replace(done.graded, staff=(*done.graded.staff, staff)))

    def _who(self, future: "Future[Any]") -> str:
        workers: tuple[str, ...] = ()
        with contextlib.suppress(Exception):  # the scheduler is gone, or no worker has the answer any more
            (workers,) = self._client.who_has([future]).values()
        return f"The worker {workers[0]}" if workers else "The cluster"

    def _look(self) -> None:
        """Count the workers that take part in this run, at most every LOOK_EVERY_S."""
        if time.monotonic() < self._looked + LOOK_EVERY_S:
            return
        try:
            assert self._client.scheduler is not None
            known = self._client.sync(self._client.scheduler.identity, n_workers=-1, callback_timeout=PATIENCE_S)
        except Exception as error:
            raise self._lost() from error
        self._looked = time.monotonic()
        self._workers = sum(self._run in worker["resources"] for worker in known["workers"].values())
        if self._workers:
            self._alone_since = None
        elif self._alone_since is None:
            self._alone_since = self._looked
            print(
                f"No worker is left. Waiting {NO_WORKER_S / 60:g} minutes for one. Ctrl-C stops and keeps all finished "
                "grades.",
                file=sys.stderr, flush=True,
            )  # fmt: skip
        elif self._looked > self._alone_since + NO_WORKER_S:
            raise self._lost("no worker is left")

    def _lost(self, what: str = "the scheduler no longer answers") -> ConnectionError:
        return ConnectionError(errno.ECONNRESET, what, self._address)


@contextlib.contextmanager
def _client(address: str, count: int) -> "Iterator[Client]":
    """Yield a client of the scheduler at an address, or of a new local one.

    Raises:
        NotStarted: no scheduler answers or could be started, or certificates are missing.
    """
    from distributed import Client, Security

    if address.startswith(("tls:", "wss:")) and Security().get_connection_args("client").get("ssl_context") is None:
        raise NotStarted(
            f"{address} needs certificates. Name them in Dask's configuration, under distributed.comm.tls."
        )
    with contextlib.ExitStack() as stack:
        try:
            scheduler = stack.enter_context(_local(count)) if address == "local" else address
            client = Client(scheduler, timeout=PATIENCE_S, set_as_default=False)
        except (OSError, RuntimeError) as error:  # RuntimeError: a local cluster did not start
            reason = str(error) or type(error).__name__
            if address == "local":
                raise NotStarted(
                    f"No cluster could be started on this machine ({reason}). Try again, or leave out --cluster: the "
                    "grades are the same."
                ) from None
            raise NotStarted(
                f"No Dask scheduler answers at {address} ({reason}). Start one with `dask scheduler`, and give the "
                "address that it prints."
            ) from None
        try:
            yield client
        finally:
            with contextlib.suppress(Exception):  # nothing more is needed from the scheduler
                client.close(timeout=2)


@contextlib.contextmanager
def _local(count: int) -> Iterator[str]:
    """Start a scheduler with `count` workers, for this machine alone; yield its address."""
    import dask
    from distributed import LocalCluster

    from .dask_worker import sweep

    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="grading-cluster-", ignore_cleanup_errors=True))
        stack.enter_context(dask.config.set({"temporary-directory": folder}))
        stack.callback(sweep, Path(folder) / "dask-scratch-space", alive=False)
        cluster = LocalCluster(
            n_workers=count,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            # A worker holds the text of one program; the processes that need memory have their own limits.
            memory_limit=0,
            silence_logs=logging.CRITICAL,
        )
        yield stack.enter_context(cluster).scheduler_address


def _examine(client: "Client", assignment: Assignment, decisive: dict[str, Any]) -> None:
    """Ask the present workers whether they grade as this machine does.

    Raises:
        NotStarted: there are no workers, or one does not answer or would grade differently.
    """
    from .dask_worker import examine

    try:
        client.wait_for_workers(1, timeout=PATIENCE_S)
    except TimeoutError:
        raise NotStarted(
            "The scheduler has no workers. On each machine, start some in the grader's folder: python -m dask worker "
            "ADDRESS --nthreads 1 --nworkers N"
        ) from None
    asked = client._run  # noqa: SLF001, as `client.run`, which would wait for a frozen worker without end
    try:
        answers = client.sync(asked, examine, assignment, decisive, on_error="return", callback_timeout=EXAMINE_S)
    except TimeoutError:
        raise NotStarted(
            f"A worker does not answer, probably {_least_recently_heard_of(client)}. Stop it or restart it, then run "
            "the same command again."
        ) from None
    for worker, answer in answers.items():
        if isinstance(answer, Exception):
            raise NotStarted(
                f"The worker {worker} cannot load the grader ({type(answer).__name__}: {answer}). Start it in the "
                "grader's folder, with that folder's Python."
            )
        if answer:
            raise NotStarted(
                f"The worker {worker} does not match this machine: {answer}. Give it the same checkout and packages, "
                "and restart it."
            )


def _least_recently_heard_of(client: "Client") -> str:
    """Return the address of the worker whose last sign of life is the oldest; empty if all are gone by now."""
    workers: dict[str, Any] = client.scheduler_info(n_workers=-1)["workers"]
    return min(workers, key=lambda worker: workers[worker]["last_seen"], default="")


def _be_quiet() -> None:
    """Keep Dask's warnings and logs off the terminal, even while it shuts down at the very end.

    Whatever matters is reported in sentences of ours.
    """
    warnings.filterwarnings("ignore", module="distributed")
    # Every logger: Dask sets levels on some of them, which a level on their parent would not change.
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] in ("distributed", "asyncio", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # to Dask, an unreadable answer is critical
