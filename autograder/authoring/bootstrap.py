"""Make `.venv`: the one step between a fresh clone and everything else.

`make` runs this when `.venv/complete` is missing or older than the lock, with whatever `python3` there is.
It cannot rely on any installed package, and must at least *parse* on Python 3.6, so that an old system gets a
sentence about what it lacks instead of a SyntaxError. Four steps:

1. find the interpreter: the running one if it is a tested version, else the newest tested one on PATH;
2. make `.venv` from it, with uv if uv is on PATH, else with venv and pip;
3. install the packages of requirements.txt, each file checked against its hash and compiled to bytecode at once;
4. write `.venv/complete`, last: the hash of the lock and the Python version. A folder without that file is
   incomplete and is made again, so an interrupted set-up never passes for a finished one.
"""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import List, Optional, Tuple

ROOT = Path(__file__).resolve().parent.parent.parent
LOCK = ROOT / "requirements.txt"
VENV = ROOT / ".venv"
STAMP = VENV / "complete"

# Wheels only: where a wheel is missing, a build from source could fail after minutes because there is no compiler.
HASHED = ("--only-binary", ":all:", "--require-hashes", "--requirement", str(LOCK))

OLDEST = (3, 10)
TESTED = ((3, 14), (3, 13), (3, 12), (3, 11), (3, 10))

# Each of these variables would make pip or uv install packages outside .venv.
ELSEWHERE = (
    "PYTHONHOME",
    "PYTHONPATH",
    "VIRTUAL_ENV",
    "PIP_TARGET",
    "PIP_PREFIX",
    "UV_PYTHON",
    "UV_SYSTEM_PYTHON",
)

# Parts of the messages of pip, uv, and the resolver when the network fails, in lower case.
OFFLINE = (
    "name resolution",
    "name or service not known",
    "nodename nor servname",
    "newconnectionerror",
    "network is unreachable",
    "connection refused",
    "connection timed out",
    "dns error",
    "error sending request",
    "failed to establish a new connection",
    "proxyerror",
)
FULL = ("no space left on device", "disk quota exceeded")
MISMATCH = ("do not match the hashes", "hash mismatch")
NO_WHEEL = "no matching distribution found"


class SetUpError(Exception):
    """Set-up cannot go on; the text says why and what to do."""


class StepFailed(Exception):
    """A program run by the set-up failed; holds the end of what it printed."""

    def __init__(self, program: str, printed: str) -> None:
        super().__init__(program)
        self.program = program
        self.printed = printed


def main() -> int:
    """Make `.venv` unless it is complete; return the exit status: 0, or 2 or 130 after a sentence on standard error."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    lock_held = None
    try:
        lock_held = _wait_for_other_set_ups()
        if not _is_complete():
            _set_up(lock_held)
        # Make the stamp newer than the lock and the interpreter, so that `make` does not even start Python next time.
        os.utime(str(STAMP))
    except SetUpError as error:
        print("Set-up: {}".format(error), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Set-up: interrupted. Run the same command again to start over.", file=sys.stderr)
        return 130
    except OSError as error:
        print("Set-up: {}: {}.".format(error.filename or VENV, error.strerror or error), file=sys.stderr)
        return 2
    finally:
        if lock_held is not None:
            os.close(lock_held)
    return 0


def _set_up(lock_held: Optional[int]) -> None:
    """Make `.venv` from scratch with uv, or with venv and pip if uv is missing or fails."""
    uv = shutil.which("uv")
    python, version = _find_python(need_venv=uv is None)
    _say(
        "Setting up .venv with Python {} and {}, once; this takes {}.".format(
            version, "uv" if uv else "pip", "a few seconds" if uv else "about a minute"
        )
    )
    try:
        if uv is None:
            _with_pip(python, lock_held)
        else:
            try:
                _with_uv(uv, python, lock_held)
            except StepFailed as failure:
                # Only pip may know a mirror, a proxy, or a certificate: uv does not read pip.conf.
                _say("uv failed ({}); trying venv and pip.".format(_last_line(failure.printed)))
                python, version = _find_python(need_venv=True)
                _with_pip(python, lock_held)
    except StepFailed as failure:
        raise SetUpError(_explain(failure, version)) from None
    STAMP.write_text(_stamp(version), encoding="utf-8")
    if is_unoptimized(python):
        _say(
            "This Python was built without optimization, as pyenv does by default, so grading takes a quarter longer "
            "than with your system's Python or python.org's. To change: make clean, then make setup "
            "PYTHON=/path/to/python3"
        )
    _say(".venv is ready.")


def _with_uv(uv: str, python: str, lock_held: Optional[int]) -> None:
    _start_afresh()
    # Always name the interpreter: otherwise uv would look for another one, or download one.
    _run([uv, "venv", "--quiet", "--python", python, str(VENV)], lock_held)
    _run([uv, "pip", "install", "--python", str(_venv_python()), "--compile-bytecode", *HASHED], lock_held)


def _with_pip(python: str, lock_held: Optional[int]) -> None:
    _start_afresh()
    _run([python, "-m", "venv", str(VENV)], lock_held)
    _run([str(_venv_python()), "-m", "pip", "install", "--progress-bar", "off", *HASHED], lock_held)


def _start_afresh() -> None:
    if VENV.is_symlink() or VENV.is_file():
        VENV.unlink()
    elif VENV.exists():
        # Remove the stamp first: if this is interrupted, the rest must not look complete.
        if STAMP.exists():
            STAMP.unlink()
        shutil.rmtree(str(VENV))


def _is_complete() -> bool:
    """Whether `.venv` belongs to this lock and its interpreter still starts."""
    try:
        written = STAMP.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return False
    about = _ask(str(_venv_python()))
    return about is not None and written == _stamp(about[1])


def _stamp(version: str) -> str:
    minor = ".".join(version.split(".")[:2])
    return "lock {}\npython {}\n".format(hashlib.sha256(LOCK.read_bytes()).hexdigest(), minor)


def _venv_python() -> Path:
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


# -------------------------------------------------------------------------------------------- the interpreter


def _find_python(need_venv: bool) -> Tuple[str, str]:
    """Return (path, version) of the interpreter: the running one if tested, else the newest tested one on PATH."""
    # In a virtual environment, take its base interpreter: the environment may be .venv, which is about to be deleted.
    running = getattr(sys, "_base_executable", None) or sys.executable
    names = ["python{}.{}".format(*version) for version in TESTED] + ["python3", "python", "py"]
    if sys.version_info[:2] in TESTED:
        names.insert(0, running)
    else:
        names.append(running)

    seen: List[str] = []
    without_venv: List[str] = []
    for name in names:
        about = _ask(name)
        if about is None:
            continue
        path, version, has_venv = about
        if _minor(version) < OLDEST:
            seen.append(version)
        elif need_venv and not has_venv:
            without_venv.append(version)
        else:
            return path, version

    if without_venv:
        minor = ".".join(without_venv[0].split(".")[:2])
        raise SetUpError(
            "Python {} is here, but without its venv module. On Debian and Ubuntu: "
            "sudo apt install python{}-venv. Or install uv. Then run the same command again.".format(
                without_venv[0], minor
            )
        )
    found = "Only Python {} was found.".format(", ".join(sorted(set(seen)))) if seen else "None was found on PATH."
    raise SetUpError(
        "Python 3.10 or newer is needed. {} Install one, or put it on PATH, and run the same command again; "
        "`make PYTHON=/path/to/python3 setup` names one directly.".format(found)
    )


def _minor(version: str) -> Tuple[int, ...]:
    """Return (3, 11) for 3.11.7."""
    return tuple(int(part) for part in version.split(".")[:2])


def _ask(program: str) -> Optional[Tuple[str, str, bool]]:
    """Return (path, version, whether it has venv and ensurepip) of a Python, or None if it does not start.

    It is run, not just located: a name on PATH may be a stub that only prints where to get a Python.
    """
    question = (
        "import sys, platform\n"
        "try:\n    import venv, ensurepip; ok = 1\n"
        "except ImportError:\n    ok = 0\n"
        "path = getattr(sys, '_base_executable', None) or sys.executable\n"
        "sys.stdout.buffer.write('\\n'.join([path, platform.python_version(), str(ok)]).encode('utf-8'))"
    )
    lines = _answer(program, question).splitlines()
    if len(lines) != 3:
        return None
    return lines[0], lines[1], lines[2] == "1"


def is_unoptimized(python: str) -> bool:
    """Whether an interpreter was built without profile-guided optimization, judging by its configure options.

    Interpreters of Debian and similar systems, in /usr, are optimized in other ways than by an option, and on Windows
    there are no options to read: for both, return False.
    """
    question = "import sys, sysconfig; print(sys.base_prefix); print(sysconfig.get_config_var('CONFIG_ARGS') or '')"
    prefix, _, options = _answer(python, question).partition("\n")
    return bool(options.strip()) and prefix.strip() != "/usr" and "--enable-optimizations" not in options


def _answer(program: str, question: str) -> str:
    """Return what a Python prints when it runs `question`, or "" if it does not start or fails."""
    try:
        answer = subprocess.run(
            [program, "-I", "-c", question],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stdout.decode("utf-8", "replace") if answer.returncode == 0 else ""


# ------------------------------------------------------------------------------------------- running programs


def _run(command: List[str], lock_held: Optional[int]) -> None:
    """Run one program, showing its progress on one line.

    Raises:
        StepFailed: its exit status is not 0; holds the last lines that it printed.
    """
    settings = dict(os.environ)
    for name in ELSEWHERE:
        settings.pop(name, None)
    settings.update(PIP_USER="0", PIP_DISABLE_PIP_VERSION_CHECK="1", UV_PYTHON_DOWNLOADS="never", PYTHONUNBUFFERED="1")

    process = subprocess.Popen(
        command,
        cwd=str(ROOT),
        env=settings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        # If this process is killed by SIGKILL, the program it started still holds the lock, and the next set-up
        # waits for that program instead of deleting the folder while it is in use.
        pass_fds=() if lock_held is None else (lock_held,),
    )
    printed: List[str] = []
    try:
        assert process.stdout is not None
        for raw in process.stdout:
            line = raw.decode("utf-8", "replace").strip()
            if line:
                printed.append(line)
                _progress(line)
        status = process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    finally:
        _progress("")
    if status != 0:
        raise StepFailed(Path(command[0]).name, "\n".join(printed[-12:]))


def _explain(failure: StepFailed, version: str) -> str:
    """Return a sentence about what went wrong, with the last line printed, or eight lines if the cause is unknown."""
    printed = failure.printed.lower()
    if any(sign in printed for sign in OFFLINE):
        sentence = (
            "the packages could not be downloaded: no connection to the package index. Check the network "
            "(or the proxy or mirror configured for pip) and run the same command again."
        )
    elif any(sign in printed for sign in FULL):
        sentence = "the disk is full; .venv needs about 600 MB. Make room and run the same command again."
    elif any(sign in printed for sign in MISMATCH):
        sentence = (
            "a downloaded package does not match its hash in requirements.txt, so it was not installed. A mirror or "
            "cache may be damaged: try another mirror, or `pip cache purge`."
        )
    elif NO_WHEEL in printed and _minor(version) > TESTED[0]:
        sentence = (
            "Python {} is too new: some packages in requirements.txt are not available for it yet. Install "
            "Python {}.{} to {}.{}, and run the same command again; `make PYTHON=/path/to/python3 setup` names one "
            "directly.".format(version, *TESTED[-1], *TESTED[0])
        )
    elif "ensurepip" in printed:
        sentence = "this Python cannot create a .venv. On Debian and Ubuntu: sudo apt install python3-venv."
    else:
        said = "".join("\n    " + line for line in failure.printed.splitlines()[-8:])
        return "{} failed. What it said last:{}".format(failure.program, said)
    return "{}\n    {}: {}".format(sentence, failure.program, _last_line(failure.printed))


def _last_line(printed: str) -> str:
    lines = printed.splitlines()
    return lines[-1].strip() if lines else "it said nothing"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _progress(line: str) -> None:
    """Show `line` in place if standard error is a terminal; else do nothing."""
    if sys.stderr.isatty():
        width = (shutil.get_terminal_size().columns or 80) - 1  # Python 3.10 says 0 if the terminal does not know
        printable = "".join(letter for letter in line if letter.isprintable())
        sys.stderr.write("\r" + printable[:width].ljust(width) + ("" if line else "\r"))
        sys.stderr.flush()


def _wait_for_other_set_ups() -> Optional[int]:
    """Lock this file for the set-up and return its descriptor: two set-ups must not share a half-made folder."""
    try:
        import fcntl
    except ImportError:  # Windows
        return None
    held = os.open(str(Path(__file__).resolve()), os.O_RDONLY)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("Another set-up is running in this folder; waiting for it to finish.")
            fcntl.flock(held, fcntl.LOCK_EX)
    except OSError:  # a file system without locks, such as some network drives
        os.close(held)
        return None
    return held


if __name__ == "__main__":
    sys.exit(main())
