"""Find out which protections hold on this machine: attempt in a worker what each should refuse.

Each attempt is made in a worker without any protection, to know that it can succeed here; in a worker with all of
them, as every submission gets; and in a worker with one protection alone.
"""

import contextlib
import json
import os
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from . import deeds, launch
from .assignment import Function, Limits
from .backend import CallFailed
from .box import folders, limits
from .launch import readable_folders
from .sandbox import FreshInterpreter, Zygote
from .submission import Submission

ATTEMPT = Function("attempt", ("number",), ("value",), ())
PATIENCE = Limits(call_s=10, import_s=10, case_s=20, run_s=200, memory_mib=256)
SECRET = "AUTOGRADER_DOCTOR"  # noqa: S105, the name of a variable that a worker must not see
# The limit on processes does not apply to root, and only root may load a filter without giving up privileges.
NEEDED_BY = {"limits": ("own user id",), "seccomp": ("no new privileges",)}
# What a missing protection means for an instructor.
WITHOUT = {
    "landlock": (
        "A submission can read whatever its user can. If the grader runs as root, that user cannot read the grader's "
        "files."
    ),
    "own user id": "Only root can give each submission its own user. Landlock must hide the grader's files instead.",
    "limits": "A submission can use up the machine's memory and disk.",
    "no new privileges": "A submission could gain privileges where the machine offers them.",
    "seccomp": ("Install libseccomp2. " if sys.platform == "linux" else "")
    + "A submission can start processes and open network connections.",
}


@dataclass
class Finding:
    """What was found about one protection."""

    layer: str
    state: str
    """"on", or why the protection could not be enabled."""
    refused: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)
    """Attempts that are refused without the protection as well, so nothing can be said about them."""

    @property
    def holds(self) -> bool:
        """Whether the protection is on and refuses everything that it should."""
        return self.state == limits.ON and not self.allowed


class Try:
    """Attempts deeds in workers under some of the protections."""

    def __init__(self, workers: "Zygote | FreshInterpreter", canary: str) -> None:
        self._workers = workers
        text = Path(deeds.__file__).read_text(encoding="utf-8")
        self._program = Submission("deeds.py", "deeds.py", f"{text}\nCANARY = {canary!r}\n")
        self.protections: dict[str, str] = {}

    def succeeds(self, deed: Callable[[], None]) -> bool:
        """Return whether a worker can do it."""
        with self._workers.worker(PATIENCE) as worker:
            worker.load(self._program)
            self.protections = worker.protections
            try:
                number = float(deeds.DEEDS.index(deed))
                return bool(worker.call(ATTEMPT, [number]).values[0] == 1.0)
            except CallFailed:  # the worker was ended for trying
                return False


def examine() -> tuple[list[Finding], list[str]]:
    """Return a finding for each protection, and what a worker can do despite all of them together.

    Raises:
        GraderFault: no worker can be started, or root cannot become another user.
    """
    with contextlib.ExitStack() as stack:
        os.environ[SECRET] = "1"
        stack.callback(os.environ.pop, SECRET)
        scratch = tempfile.mkdtemp(prefix="doctor-", dir=folders.temporary())
        stack.callback(folders.remove, scratch)
        os.chmod(scratch, 0o711)  # noqa: S103, workers pass through it to their own folders and cannot list it
        canary = _lay_out(os.path.join(scratch, "canary"))
        with _try(scratch, canary, ()) as bare:
            possible = {deed for deed in deeds.DEEDS if bare.succeeds(deed)}
        with _try(scratch, canary, limits.LAYERS) as full:
            gaps = [deed.__doc__ or "" for deed in deeds.DEEDS if full.succeeds(deed)]
            states = full.protections
        findings = []
        for layer, refuses in deeds.STOPPED_BY.items():
            finding = Finding(layer, states.get(layer, limits.ON))
            findings.append(finding)
            if finding.state != limits.ON:
                continue
            alone = (layer, *NEEDED_BY.get(layer, ())) if layer in limits.LAYERS else ()
            with _try(scratch, canary, alone) as one:
                for deed in refuses:
                    # Every worker is a process of its own, so there is no worker without this protection to compare.
                    told = deed in possible or layer not in limits.LAYERS
                    found = finding.untold if not told else finding.allowed if one.succeeds(deed) else finding.refused
                    found.append(deed.__doc__ or "")
    return findings, gaps


def report() -> Iterator[str]:
    """Yield what `examine` finds as lines of text.

    Raises:
        GraderFault: as `examine`.
    """
    findings, gaps = examine()
    yield "What each protection refuses on this machine, tried alone:"
    for finding in findings:
        word = "holds" if finding.holds else "MISSING" if finding.state != limits.ON else "LEAKS"
        yield ""
        yield f"{finding.layer:<20} {word}"
        if finding.state != limits.ON:
            yield from _wrapped(f"{finding.state}. {WITHOUT[finding.layer]}")
        for what, listed in (
            ("refused", finding.refused), ("NOT REFUSED", finding.allowed),
            ("cannot be tested, because this machine refuses it anyway", finding.untold),
        ):  # fmt: skip
            if listed:
                yield from _wrapped(f"{what}: {'; '.join(listed)}")
    yield ""
    if gaps:
        yield from _wrapped(f"All protections together DO NOT REFUSE {'; '.join(gaps)}", "")
    else:
        yield f"All protections together refuse all {len(deeds.DEEDS)} attempts."


def _wrapped(text: str, indent: str = "  ") -> list[str]:
    return textwrap.wrap(text, 110, initial_indent=indent, subsequent_indent=indent + "  ")


def _lay_out(canary: str) -> str:
    """Make a folder with a file for everybody, a file for us alone, and a folder for everybody; return its path."""
    folder = Path(canary)
    (folder / "open").mkdir(parents=True)
    for name in ("readable", "private"):
        (folder / name).write_text(name, encoding="ascii")
    for name, mode in (("", 0o755), ("readable", 0o644), ("private", 0o600), ("open", 0o777)):
        (folder / name).chmod(mode)  # whatever the umask is
    return canary


@contextlib.contextmanager
def _try(scratch: str, canary: str, layers: Sequence[str]) -> Iterator[Try]:
    settings = json.dumps({
        "scratch": scratch, "readable": readable_folders(), "preload": ["socket", "mmap"], "layers": list(layers),
        "memory_mib": PATIENCE.memory_mib, "cpu_s": 30,
    })  # fmt: skip
    if not hasattr(os, "fork"):
        yield Try(FreshInterpreter(settings), canary)
        return
    with launch.zygote(settings) as (control, _):
        yield Try(Zygote(control), canary)
