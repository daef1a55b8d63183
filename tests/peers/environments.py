"""A virtual environment for each peer, created on first use from the hashed lock file beside its assignment.

The environments are separate from our own locked packages, because otter alone brings 120 others. As in bootstrap.py, a
stamp is written last, so that an interrupted installation never counts as complete. The stamp names the lock and the
Python version, so that a change of either recreates the environment.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
MADE = Path(sys.prefix) / "peers"


class NotMeasured(Exception):
    """A measurement is impossible; the message is the reason, in half a sentence."""


def python_of(peer: str) -> Path:
    """Return the Python of a peer's environment, which is created if it is missing or outdated.

    Raises:
        NotMeasured: the environment cannot be created here.
    """
    lock, environment = HERE / peer / "requirements.txt", MADE / peer
    python, complete = environment / "bin" / "python", environment / "complete"
    stamp = f"{hashlib.sha256(lock.read_bytes()).hexdigest()} {platform.python_version()}\n"
    if complete.is_file() and complete.read_text(encoding="ascii") == stamp:
        return python
    print(f"Making an environment for {peer}, once ...", file=sys.stderr, flush=True)
    base = getattr(sys, "_base_executable", sys.executable)
    options = ["--only-binary", ":all:", "--require-hashes", "--requirement", str(lock)]
    with_uv = [
        ["uv", "venv", "--quiet", "--python", base, str(environment)],
        ["uv", "pip", "install", "--quiet", "--python", str(python), "--compile-bytecode", *options],
    ]
    with_pip = [
        [base, "-m", "venv", str(environment)],
        [str(python), "-m", "pip", "install", "--quiet", "--progress-bar", "off", *options],
    ]
    said = ""
    # Fall back to pip, because a mirror or a certificate may be configured for pip only.
    for commands in (with_uv, with_pip) if shutil.which("uv") else (with_pip,):
        shutil.rmtree(environment, ignore_errors=True)
        said = _first_failure(commands)
        if not said:
            complete.write_text(stamp, encoding="ascii")
            return python
    print(f"That failed: {said}", file=sys.stderr, flush=True)  # printed only, not in the page: it may name a mirror
    raise NotMeasured("it could not be installed")


def versions(python: Path, packages: Sequence[str]) -> str:
    """Return these packages and their versions in an environment, as text."""
    ask = "import sys, importlib.metadata as m; print(', '.join(f'{name} {m.version(name)}' for name in sys.argv[1:]))"
    return subprocess.run(
        [str(python), "-c", ask, *packages], capture_output=True, text=True, check=True
    ).stdout.strip()


def _first_failure(commands: list[list[str]]) -> str:
    """Run the commands in turn; return the last line printed by the first that fails, or "" if none does."""
    settings = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    for command in commands:
        done = subprocess.run(
            command, env=settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        if done.returncode:
            return (done.stdout.strip().splitlines() or ["it said nothing"])[-1].strip()
    return ""
