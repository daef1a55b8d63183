"""What a class was graded with: enough to repeat a grade a year later, and to tell the grades of two runs apart."""

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

# In words, how one grader may differ from another.
ANOTHER = {
    "grader": "a different version of the grader",
    "cases": "different cases",
    "data sets": "different data sets",
    "python": "a different Python",
    "packages": "different versions of packages",
}


def describe(root: Path, assignment: Assignment) -> dict[str, Any]:
    """Return the whole environment as plain data.

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
        "grader": digest(root / "autograder", "*.py"),
        "cases": " ".join(map(digest, _folders(assignment))),
        "data sets": digest(root / "datasets"),
        "python": platform.python_version(),
        "packages": {name: version for name in PACKAGES if (version := _version(name))},
    }


def _folders(assignment: Assignment) -> list[Path]:
    """Return the folders of all parts; those of extra credit need not be inside the first one."""
    return [part.folder.resolve() for part in assignment.parts]


def difference(before: dict[str, Any], now: dict[str, Any]) -> str:
    """Return in words which decisive values differ; empty if none does, so that grades of both fit into one table."""
    mine, other = now["decisive"], before["decisive"]
    return ", ".join(text for key, text in ANOTHER.items() if mine[key] != other.get(key))


def started(recorded: dict[str, Any]) -> str:
    """Return when a run started, for people; empty if that was not recorded."""
    try:
        when = dt.datetime.fromisoformat(recorded["started"])
    except (KeyError, TypeError, ValueError):
        return ""
    return f"{when:%Y-%m-%d %H:%M %Z}".rstrip()


def unlike(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """Return the names of the decisive values that differ, as far as both have recorded them."""
    mine, others = (plain["decisive"] if isinstance(plain.get("decisive"), dict) else {} for plain in (one, other))
    return [name for name in mine if name in others and mine[name] != others[name]]


def digest(folder: Path, pattern: str = "*") -> str:
    """Return the SHA-256 of the names and contents of the files below a folder, in sorted order.

    Files that Python, pytest and editors create are left out, and so are notes, which are Markdown.
    """
    total = hashlib.sha256()
    for path in sorted(path for path in folder.rglob(pattern) if path.is_file()):
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
    """Return the commit that has the files of these digests, as far as Git knows."""
    top = root.resolve()
    ours = ["autograder", "datasets", *(str(folder) for folder in folders if top in folder.parents)]

    def git(*command: str) -> str:
        told = subprocess.run(["git", *command], cwd=top, capture_output=True, encoding="utf-8", check=True)
        return told.stdout.strip()

    try:
        commit, changed = git("rev-parse", "--verify", "HEAD"), git("status", "--porcelain", "--", *ours)
    except (OSError, subprocess.CalledProcessError):  # no Git, or no repository that it opens for this user
        return "unknown; keep a copy of the grader"
    return f"{commit}, with uncommitted changes; keep a copy of the grader" if changed else commit


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
