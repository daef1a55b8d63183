"""With what a class was graded: enough to repeat a grade a year later, and to tell one run's grades from another's."""

import datetime as dt
import hashlib
import os
import platform
import subprocess
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

from ..assignment import Assignment

# What a grade may depend on besides our own files.
PACKAGES = ("numpy", "pytest", "gradescope-utils", "safetensors", "pyseccomp", "py-landlock", "scipy", "matplotlib")

# In words, what one grader has that another has not.
ANOTHER = {
    "grader": "a different version of the grader",
    "cases": "different cases",
    "data sets": "different data sets",
    "python": "a different Python",
    "packages": "different versions of packages",
}

DATA = ("*.npy", "*.npz", "*.csv", "*.json")


def describe(root: Path, assignment: Assignment) -> dict[str, Any]:
    """All of it, as plain data.

    Args:
        root: folder of autograder/ and datasets/.
    """
    return {
        "assignment": assignment.title,
        "decisive": decisive(root, assignment),
        "commit": _commit(root, _folders(assignment)),
        "limits": assignment.limits._asdict(),
        "seeds": "fixed: they are in the cases, whose digest covers them",
        "machine": f"{platform.platform()}, {os.cpu_count()} processors",
        "started": dt.datetime.now(dt.timezone.utc).isoformat(timespec="seconds"),
    }


def decisive(root: Path, assignment: Assignment) -> dict[str, Any]:
    """What two runs must share for their grades to go into one table; `root` as for `describe`."""
    return {
        "grader": digest(root / "autograder", ("*.py",)),
        "cases": " ".join(digest(folder, ("*",)) for folder in _folders(assignment)),
        "data sets": digest(root / "datasets", DATA),
        "python": platform.python_version(),
        "packages": {name: version for name in PACKAGES if (version := _version(name))},
    }


def _folders(assignment: Assignment) -> list[Path]:
    """Those of all parts; one that lies in the first is seen with it."""
    first, *extra = (part.folder.resolve() for part in assignment.parts)
    return [first, *(folder for folder in extra if first not in folder.parents)]


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether grades of both belong into one table."""
    return bool(one["decisive"] == other["decisive"])


def difference(before: dict[str, Any], now: dict[str, Any]) -> str:
    """What of the decisive is not the same in both, in words."""
    mine, other = now["decisive"], before["decisive"]
    return ", ".join(text for key, text in ANOTHER.items() if mine.get(key) != other.get(key)) or "another run"


def unlike(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """What of the decisive is not the same in both; nothing is, where it was not recorded."""
    mine, others = (plain["decisive"] if isinstance(plain.get("decisive"), dict) else {} for plain in (one, other))
    return [name for name in mine if name in others and mine[name] != others[name]]


def digest(folder: Path, patterns: Iterable[str]) -> str:
    """SHA-256 over names and contents of the files below a folder, whatever order they lie in; without what Python,
    pytest and editors leave there, and without notes, which are Markdown.
    """
    total = hashlib.sha256()
    for path in sorted({path for pattern in patterns for path in folder.rglob(pattern) if path.is_file()}):
        name = path.relative_to(folder)
        if (
            path.suffix in (".md", ".pyc")
            or path.name.endswith("~")
            or any(part.startswith(".") for part in name.parts)
        ):
            continue
        total.update(f"{name.as_posix()} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def _commit(root: Path, folders: Iterable[Path]) -> str:
    """Where the files of these digests are to be found again, as far as Git knows."""
    top = root.resolve()
    ours = ["autograder", "datasets", *(str(folder) for folder in folders if top in folder.parents)]

    def git(*command: str) -> str:
        told = subprocess.run(["git", *command], cwd=top, capture_output=True, encoding="utf-8", check=True)
        return told.stdout.strip()

    try:
        commit, changed = git("rev-parse", "--verify", "HEAD"), git("status", "--porcelain", "--", *ours)
    except (OSError, subprocess.CalledProcessError):  # no Git, or no repository that it would open for us
        return "unknown; keep a copy of the grader"
    return f"{commit}, with uncommitted changes; keep a copy of the grader" if changed else commit


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
