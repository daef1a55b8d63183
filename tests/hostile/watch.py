"""Inside the container, let one grader grade one submission, and report what is different afterwards.

    python watch.py naive|root|user PATIENCE_S

This is the container's first process, so no program in there can kill it. Its last line of output is JSON:

    status      exit status of the grader, or null if it had to be killed
    results     text of results.json when the grader had ended, or null
    later       the same after PATIENCE_S
    processes   command lines of processes that are still there by then
    files       files that are new by then, outside the results
    solution    points that the model solution gets from the real grader right after
"""

import json
import os
import shutil
import stat
import subprocess
import sys
import time
from pathlib import Path

HOME = Path("/autograder")
RESULTS = HOME / "results" / "results.json"
PYTHON = HOME / "env" / "bin" / "python"
# The user ID of an ordinary user of a laboratory machine.
USER = 1000
# A naive grader that has not finished by then never will: the slowest honest program takes 5 s.
NAIVE_LIMIT_S = 20
CASES = HOME / "source" / "tests" / "cases"


def main(mode, patience_s):
    """Grade the submission, wait, and report what changed."""
    if mode == "user":
        # On a laboratory machine, the user who grades owns all files, and programs run as the same user.
        for name in ("source", "submission", "results"):
            for folder, _, files_there in os.walk(HOME / name):
                for path in (folder, *(os.path.join(folder, file) for file in files_there)):
                    os.chown(path, USER, USER, follow_symlinks=False)
    before = files()
    status, printed = run(grader(mode))
    sys.stdout.write(printed[-4000:] + "\ngraded\n")
    sys.stdout.flush()
    report = {"status": status, "results": text(RESULTS)}
    time.sleep(float(patience_s))
    report["later"] = text(RESULTS)
    report["processes"] = processes()
    report["files"] = sorted(files() - before - {str(RESULTS)})
    if mode != "naive":
        report["solution"] = points_of_the_solution(mode)
    print(json.dumps(report))


def grader(mode):
    """Return the command that grades /autograder/submission."""
    if mode == "naive":
        naive = str(Path(__file__).with_name("naive.py"))
        return [PYTHON, naive, CASES, HOME / "submission", "/tmp/naive", RESULTS]
    if mode == "root":
        return [HOME / "run_autograder"]
    return [
        "setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "--inh-caps=-all",
        "sh", "-c", 'cd /autograder/source && exec "$@"', "sh",
        PYTHON, "-m", "autograder", "grade", HOME / "submission", "--results", RESULTS,
    ]  # fmt: skip


def run(command):
    """Run a command; return its exit status (None if it was killed) and its output. Its child processes may live on."""
    with subprocess.Popen(
        [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:  # fmt: skip
        limit_s = NAIVE_LIMIT_S if "naive.py" in str(command[1:2]) else 560
        os.set_blocking(process.stdout.fileno(), False)
        printed, deadline = b"", time.monotonic() + limit_s
        # communicate() could block forever, because a process left behind may hold the pipe open.
        while process.poll() is None and time.monotonic() < deadline:
            printed = (printed + (process.stdout.read() or b""))[-100_000:]
            time.sleep(0.02)
        printed += process.stdout.read() or b""
        status = process.poll()
        if status is None:
            process.kill()
    return status, printed.decode("utf-8", "replace")


def text(path):
    """Return the text of a file, or None if it cannot be read."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None


def processes():
    """Return the command lines of all other live processes. The first process adopts orphans, so it sees them too."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                if "State:\tZ" not in (entry / "status").read_text():
                    found.append((entry / "cmdline").read_text().replace("\0", " ")[:200])
            except OSError:
                continue
    return found


def files():
    """Return every path that a program could have created, with kind and size; of the results file, only the path."""
    seen = set()
    for top in ("/autograder", "/tmp", "/dev/shm", "/root", "/home", "/var/tmp"):
        for folder, folders, names in os.walk(top):
            if folder in {"/autograder/env", "/root/.cache"}:
                folders.clear()
                continue
            for name in [*folders, *names]:
                path = os.path.join(folder, name)
                if "__pycache__" in path or path.startswith("/tmp/naive"):
                    continue
                try:
                    about = os.lstat(path)
                except OSError:  # deleted meanwhile, or its path is too long
                    seen.add(f"{path[:200]} ?")
                    continue
                size = about.st_size if stat.S_ISREG(about.st_mode) else "-"
                seen.add(path if path == str(RESULTS) else f"{path} {stat.filemode(about.st_mode)[0]} {size}")
    return seen


def points_of_the_solution(mode):
    """Grade the model solution as the next submission, in the machine's current state, and return its points."""
    shutil.rmtree(HOME / "submission")
    (HOME / "submission").mkdir()
    shutil.copy(Path(__file__).with_name("solution.py"), HOME / "submission" / "neural_network.py")
    run(grader(mode))
    results = text(RESULTS)
    return sum(test["score"] for test in json.loads(results)["tests"]) if results else None


if __name__ == "__main__":
    main(*sys.argv[1:])
