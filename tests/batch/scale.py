"""Measure batches on a cluster, for docs/scale.md: `python -m tests.batch.scale identical | simulated FOLDER`.

identical   grade a class here, then on two workers, one of which is killed halfway: are the tables the same?
simulated   workers only wait and return a stored grade: what does a submission cost the other processes?
"""

import argparse
import asyncio
import contextlib
import os
import resource
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

from ..bank import ASSIGNMENT, BANK, read_all
from .clusters import ROOT, Cluster, command, table
from .make_export import make

# Programs that end soon, most of them correct, as in a real class.
PROGRAMS = ("right_vectorised", "model_solution", "returns_float32", "works_on_transposes", "scipy_expit",
            "backprop_has_the_opposite_sign", "sigmoid_overflows", "forward_transposes_theta_h")  # fmt: skip


def identical(folder, count, loops):
    """Grade a class twice, and return whether the results are the same."""
    programs = [read_all(BANK)[name] for name in PROGRAMS]
    path = make(folder, count, programs=programs, loops=loops, stored=0.1, odd=0.001, extra=0, apart=True)
    started = time.monotonic()
    subprocess.run(command(path, folder / "here", "--jobs", "2"), cwd=ROOT, check=True)
    seconds = time.monotonic() - started
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"here, 2 at a time: {count / seconds:.2f} a second, with intake and report; "
        f"{(used.ru_utime + used.ru_stime) / count:.3f} s of processor each"
    )
    (folder / "workers").mkdir()
    with contextlib.closing(Cluster(folder / "workers")) as cluster:
        killed, left = cluster.add_worker(), cluster.add_worker()
        running = subprocess.Popen(command(path, folder / "there", "--cluster", cluster.address), cwd=ROOT)
        journal = folder / "there" / "run" / "journal.jsonl"
        times, sizes = {}, {}
        for part in (0.1, 0.5, 0.6, 0.99):
            wanted = int(part * count)
            while running.poll() is None and (not journal.exists() or journal.read_bytes().count(b"\n") < wanted):
                time.sleep(0.1)
            times[part] = time.monotonic()
            sizes[part] = {"client": memory(running.pid), "scheduler": memory(cluster.scheduler.pid)}
            if part == 0.5:
                killed.kill()
        assert running.wait() == 0
        print(f"there, 2 workers: {0.4 * count / (times[0.5] - times[0.1]):.2f} a second")
        print(f"there, 1 worker:  {0.39 * count / (times[0.99] - times[0.6]):.2f} a second")
        print(f"MiB when so much was done: {sizes}, worker at the end {memory(left.pid)}")
    here, there = table(folder / "here"), table(folder / "there")
    print(f"{len(here)} and {len(there)} in the tables, which are {'the same' if here == there else 'NOT THE SAME'}")
    grades = [(folder / name / "grades.csv").read_bytes() for name in ("here", "there")]
    print(f"grades.csv, {len(grades[0])} bytes: {'the same' if grades[0] == grades[1] else 'NOT THE SAME'}")
    return here == there and grades[0] == grades[1]


def simulated(folder, workers, count, sleep_s):
    """Send a class to workers that only wait, and print the cost to scheduler and client and the throughput."""
    from autograder.batch import grading
    from autograder.batch.cluster import remote
    from autograder.batch.records import Entry, Folder, as_line

    out = Folder(folder / f"simulated_{workers}")
    shutil.rmtree(out.path, ignore_errors=True)
    out.manifest.parent.mkdir(parents=True)
    program = (BANK / "right_vectorised" / ASSIGNMENT.file).read_text(encoding="utf-8")
    with out.manifest.open("w") as manifest:
        for number in range(count):
            handed_in = folder / "handed_in" / str(number) / ASSIGNMENT.file
            handed_in.parent.mkdir(parents=True, exist_ok=True)
            handed_in.write_text(f"{program}\n# {number}\n", encoding="utf-8")
            manifest.write(as_line(Entry(f"submission_{number}", str(handed_in))))
    (folder / "workers").mkdir(exist_ok=True)
    with contextlib.closing(Cluster(folder / "workers")) as cluster:
        here = [sys.executable, "-m", __spec__.name]
        actors = subprocess.Popen([*here, "waiting", str(folder), "--workers", str(workers), "--sleep", str(sleep_s),
                                   "--address", cluster.address], cwd=ROOT, stderr=subprocess.DEVNULL)  # fmt: skip
        try:
            time.sleep(3 + workers / 20)
            with remote(cluster.address, ASSIGNMENT, 1) as run:
                before = [processor_s(pid) for pid in (cluster.scheduler.pid, os.getpid(), actors.pid)]
                started = time.monotonic()
                done = grading.grade_all(out, ASSIGNMENT, run)
                seconds = time.monotonic() - started
                after = [processor_s(pid) for pid in (cluster.scheduler.pid, os.getpid(), actors.pid)]
                sizes = f"{memory(cluster.scheduler.pid)} | {memory(os.getpid())}"
        finally:
            actors.terminate()
            actors.wait()
    costs = [1000 * (late - early) / count for early, late in zip(before, after, strict=True)]
    assert done.now == count
    print(
        f"| {workers} | {count} | {workers / sleep_s:.0f} | {count / seconds:.0f} | "
        + " | ".join(f"{cost:.2f}" for cost in costs)
        + f" | {sizes} |",
        flush=True,
    )


def waiting(folder, address, workers, sleep_s):
    """Run workers that only wait, all in this process. Dask itself is real."""
    from distributed import Worker

    from autograder.batch import dask_worker, jobs
    from autograder.submission import HandedIn, Submission

    text = (BANK / "right_vectorised" / ASSIGNMENT.file).read_text(encoding="utf-8")
    program = Submission(ASSIGNMENT.file, ASSIGNMENT.file, text)
    real = jobs.do(jobs.Job("one", HandedIn(program)), ASSIGNMENT, None)

    def wait(job, assignment, station):
        time.sleep(sleep_s)
        return replace(real, graded=replace(real.graded, id=job.id, digest=job.digest))

    jobs.do = wait
    assert dask_worker.jobs.do is wait

    async def serve():
        place = str(folder / "workers")
        some = [Worker(address, nthreads=1, name=str(number), local_directory=place, dashboard=False, memory_limit=0)
                for number in range(workers)]  # fmt: skip
        await asyncio.gather(*some)
        await asyncio.gather(*(worker.finished() for worker in some))

    asyncio.run(serve())


def processor_s(pid):
    """Return the CPU time of a process in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid):
    """Return the resident memory of a process in MiB."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20
    except OSError:
        return 0


def main():
    """Run the measurement named on the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.batch.scale", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("identical", "simulated", "waiting"))
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where everything goes")
    parser.add_argument("--count", type=int, default=10_000, help="submissions; default: 10,000")
    parser.add_argument("--loops", type=float, default=0, help="the share of programs in plain loops, such as 0.25")
    parser.add_argument("--workers", type=int, default=8, help="of the cluster; default: 8")
    parser.add_argument("--sleep", type=float, default=0.4, help="seconds that a simulated grading takes; default: 0.4")
    parser.add_argument("--address", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.what == "identical":
        return 0 if identical(asked.folder, asked.count, asked.loops) else 1
    if asked.what == "waiting":
        return waiting(asked.folder, asked.address, asked.workers, asked.sleep)
    return simulated(asked.folder, asked.workers, asked.count, asked.sleep)


if __name__ == "__main__":
    sys.exit(main())
