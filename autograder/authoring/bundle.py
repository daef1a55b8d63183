"""Make the files that leave the repository: `dist/autograder.zip` for Gradescope and `dist/starter.zip` for students.

The same sources give the same bytes as long as zlib is the same: names are sorted, dates and modes fixed. The digests
that identify the grader of a class are those of its files, not of the archive (`batch.environment`). Both archives are
made and tested in a temporary folder: they are unpacked, and the unpacked grader grades the solution and the untouched
starter. Only then are they copied to `dist/`, so an archive there always works.
"""

import io
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from .. import assignment
from ..assignment import Assignment
from ..outcome import as_score
from . import starter

AUTOGRADER = "autograder.zip"
STARTER = "starter.zip"
STARTER_FOLDER = "cs109-neural-network"  # the one folder that students find in their archive

# Gradescope runs these two by name from the root of the archive.
SCRIPTS = ("run_autograder", "setup.sh")

# Folders and modules of autograder/ that grading on Gradescope never imports. A new one is bundled unless named here.
STAYS_HERE = frozenset({"authoring", "batch", "home.py", "in_process.py", "refused.py", "rehearsal.py"})

MOST_BYTES = 1_000_000
MOST_BYTES_OF_STARTER = 300_000  # small enough to download without waiting
DATED = (1980, 1, 1, 0, 0, 0)  # the earliest date a zip can hold

# The grader is started as run_autograder starts it: isolated, with its own folder added to sys.path explicitly.
START = (
    "import runpy, sys; sys.path.insert(0, sys.argv.pop(1)); "
    "runpy.run_module('autograder', run_name='__main__', alter_sys=True)"
)


class BundleError(Exception):
    """No bundle was written; the message says why and what to do."""


@dataclass(frozen=True)
class Proof:
    """The findings of the test of both archives."""

    points: Decimal
    solution: Decimal
    """Score of the solution, with extra credit if there is any."""
    starter: Decimal
    cases: int
    files: tuple[str, ...]
    """Names of the files to hand in; all but the first are for extra credit."""


@dataclass(frozen=True)
class _Graded:
    """The unpacked grader's result for a program."""

    score: Decimal
    points: Decimal
    cases: int


def bundle(root: Path, say: Callable[[str], None]) -> int:
    """Make and test both archives, write them to `dist/`, and report through `say`. Return the exit status, 0 or 2."""
    began = time.monotonic()
    destination = root / "dist"
    try:
        with tempfile.TemporaryDirectory(prefix="bundle-") as folder:
            made = build(root, Path(folder))
            proof = prove(root, Path(folder))
            destination.mkdir(exist_ok=True)
            for path in made:
                # Copy, then rename: at any time, dist/ contains either the whole old archive or the whole new one.
                partial = destination / f".{path.name}.partial"
                shutil.copyfile(path, partial)
                partial.replace(destination / path.name)
    except (BundleError, starter.StarterError, assignment.AssignmentError) as error:
        print(f"No bundle was made. {error}", file=sys.stderr)
        return 2
    for path in [destination / archive.name for archive in made]:
        with zipfile.ZipFile(path) as archive:
            count = len(archive.namelist())
        say(f"dist/{path.name:<16}{count:>4} files {path.stat().st_size / 1000:>6.0f} kB")
    say(
        f"Made and tested in {time.monotonic() - began:.1f} s: once unpacked, the grader gives the solution "
        f"{proof.solution} of {proof.points} points in {proof.cases} cases, and the untouched starter "
        f"{proof.starter}.\n"
    )
    beside = "".join(f", with solution/{name} beside it (extra credit)" for name in proof.files[1:])
    say(NEXT.format(points=proof.points, file=proof.files[0], beside=beside))
    return 0


NEXT = """\
Next steps on Gradescope
  1. Create Assignment, Programming Assignment; Autograder points: {points}.
  2. Configure Autograder: base image Ubuntu 22.04, choose dist/autograder.zip, Update Autograder.
     The image is ready when its build log ends in "setup.sh: ... ready".
  3. Test Autograder with solution/{file} ({points} points){beside},
     then with starter/{file} (0).
     Standard output, which only instructors see, names any protections that are missing there.
  4. Give dist/starter.zip to your students."""


# --------------------------------------------------------------------------------------------------- building


def build(root: Path, destination: Path) -> tuple[Path, Path]:
    """Write `autograder.zip` and `starter.zip` into a folder, untested; return their paths.

    Raises:
        BundleError: a source is missing or out of date.
    """
    differences = starter.out_of_step(root)
    if differences:
        raise BundleError("The starter is out of date. Run `make starter`.\n  " + "\n  ".join(differences))
    packages = (
        (AUTOGRADER, _grader_files(root)),
        (STARTER, {f"{STARTER_FOLDER}/{name}": it for name, it in starter.build(root).items()}),
    )
    for name, files in packages:
        (destination / name).write_bytes(_zip(files))
    return destination / AUTOGRADER, destination / STARTER


def _grader_files(root: Path) -> dict[str, bytes]:
    """Return everything that goes to Gradescope: name in the archive -> content."""
    engine = root / "autograder"
    names = [
        path
        for path in (*engine.rglob("*.py"), engine / "gradescope" / "requirements.txt")
        if path.relative_to(engine).parts[0] not in STAYS_HERE
    ]
    # The Markdown pages are for authors of cases.
    names += (path for path in (root / "tests" / "cases").rglob("*") if path.suffix != ".md")
    for part in ("public", "held_out"):
        # No case reads test_*.npy, on which the students' own training is tested.
        names += (path for path in (root / "datasets" / "digits" / part).glob("*.npy") if "test_" not in path.name)
    # The license of the data requires that their origin goes with them.
    names += [*(root / "datasets").glob("*/README.md"), root / "LICENSE"]

    files = {path.relative_to(root).as_posix(): _read(path) for path in names if _belongs(path, root)}
    for script in SCRIPTS:
        files[script] = _read(engine / "gradescope" / script)
    return files


def _belongs(path: Path, root: Path) -> bool:
    """Whether this is a source file, and neither a folder nor something that a tool left behind."""
    parts = path.relative_to(root).parts
    return not path.is_dir() and not any(part.startswith(".") or part == "__pycache__" for part in parts)


def _read(path: Path) -> bytes:
    """Return the bytes of a file; text with LF line endings, whatever the checkout made of them."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BundleError(f"{path} cannot be read: {error.strerror}.") from None
    return data.replace(b"\r\n", b"\n") if _is_text(path.name) else data


def _is_text(name: str) -> bool:
    return not name.endswith((".npy", ".whl", ".zip", ".png"))


def _zip(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, date_time=DATED)
            entry.create_system = 3  # Unix, even when made on Windows: only then does the mode count
            entry.external_attr = (stat.S_IFREG | (0o755 if name in SCRIPTS else 0o644)) << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED, compresslevel=9)
    return packed.getvalue()


# ---------------------------------------------------------------------------------------------------- proving


def prove(root: Path, folder: Path) -> Proof:
    """Test the two archives in `folder`.

    Raises:
        BundleError: the layout, a mode, a line ending, the size, or a grade is wrong, or a file leaks the solution.
    """
    for name, most in ((AUTOGRADER, MOST_BYTES), (STARTER, MOST_BYTES_OF_STARTER)):
        size = (folder / name).stat().st_size
        if size > most:
            raise BundleError(
                f"{name} has {size} bytes, and the limit is {most}, so a stray file may be in it. If it all belongs "
                "there, raise the limit in autograder/authoring/bundle.py."
            )
    with tempfile.TemporaryDirectory(prefix="proof-") as unpacked:
        grader, handed_out = Path(unpacked, "source"), Path(unpacked, "handed_out")
        _prove_layout(_unpack(folder / AUTOGRADER, grader), folder / AUTOGRADER)
        files = _unpack(folder / STARTER, handed_out)
        if {name.split("/")[0] for name in files} != {STARTER_FOLDER}:
            raise BundleError(f"{STARTER} must hold only the folder {STARTER_FOLDER}/.")
        _prove_secrecy(root, grader, files)

        declared = assignment.load(grader / "tests" / "cases")
        programs = (root / "solution" / declared.file, root / "solution", handed_out / STARTER_FOLDER)
        solved = shutil.copytree(handed_out / STARTER_FOLDER, Path(unpacked, "solved"))
        with ThreadPoolExecutor() as pool:
            graded = [pool.submit(_grade, grader, program, Path(unpacked)) for program in programs]
            at_home = pool.submit(_prove_at_home, root, solved, declared)
            alone, everything, untouched = (grade.result() for grade in graded)
            at_home.result()
    points: Decimal = declared.points
    beyond: Decimal = sum((part.points for part in declared.extra_credit), Decimal(0))
    for seen, cases, promised in (
        (alone, declared.cases, points),
        (everything, declared.every_case, points + beyond),
    ):
        if (seen.cases, seen.points) != (len(cases), promised):
            raise BundleError(
                f"The unpacked grader lists {seen.cases} cases with {seen.points} points; "
                f"assignment.toml and the case files say {len(cases)} with {promised}."
            )
    if alone.score != points or everything.score != points + beyond or untouched.score != 0:
        raise BundleError(
            f"The unpacked grader gives the solution {alone.score}, with extra credit {everything.score}, and the "
            f"untouched starter {untouched.score} of {points} points; {points}, {points + beyond} and 0 are right. "
            "`make grade SUBMISSION=solution` shows more."
        )
    files_handed_in = tuple(part.file for part in declared.parts)
    return Proof(points, everything.score, untouched.score, everything.cases, files_handed_in)


def _unpack(archive: Path, destination: Path) -> dict[str, bytes]:
    """Unpack as Gradescope does, with modes (zipfile alone drops them); return the files by name."""
    files = {}
    with zipfile.ZipFile(archive) as opened:
        for entry in opened.infolist():
            path = destination / entry.filename
            path.parent.mkdir(parents=True, exist_ok=True)
            files[entry.filename] = opened.read(entry)
            path.write_bytes(files[entry.filename])
            path.chmod(stat.S_IMODE(entry.external_attr >> 16))
    return files


def _prove_layout(files: Mapping[str, bytes], archive: Path) -> None:
    """Raise unless scripts are at the root, executable, with a shebang; text has LF; and nothing private is there."""
    with zipfile.ZipFile(archive) as opened:
        modes = {entry.filename: entry.external_attr >> 16 for entry in opened.infolist()}
    for script in SCRIPTS:
        if script not in files:
            raise BundleError(f"{archive.name} lacks {script} at its root, where Gradescope looks for it.")
        if not files[script].startswith(b"#!/") or not modes[script] & stat.S_IXUSR:
            raise BundleError(f"{script} must begin with a line #!/... and be executable.")
    for name, data in files.items():
        if _is_text(name) and b"\r" in data:
            raise BundleError(f"{name} has a carriage return, which breaks it on Linux. Save it with LF line endings.")
        if name.startswith(("solution/", "starter/", "tests/submissions/")) or name.endswith(".pyc"):
            raise BundleError(f"{name} does not belong in {archive.name}.")


def _prove_secrecy(root: Path, grader: Path, handed_out: Mapping[str, bytes]) -> None:
    """Raise if what students get contains a part of the solution, or what Gradescope gets a file of solution/."""
    found = starter.leaks_in(root, handed_out) + starter.weights_of(root, handed_out)
    if found:
        raise BundleError(f"{STARTER} gives away the solution:\n  " + "\n  ".join(found))

    # The cases include a reference, which necessarily contains answers, and which only the grader can read.
    # Students may get to see the tests themselves and the engine.
    cases = grader / "tests" / "cases"
    visible = {
        path.relative_to(grader).as_posix(): path.read_bytes()
        for path in grader.rglob("*")
        if path.is_file() and (cases not in path.parents or path.name.startswith("test_"))
    }
    found = starter.leaks_in(root, visible)
    if found:
        raise BundleError(f"{AUTOGRADER} gives away the solution:\n  " + "\n  ".join(found))

    kept = {
        _read(path): path.relative_to(root).as_posix()
        for path in (root / "solution").rglob("*")
        if path.is_file() and "starter" not in path.relative_to(root).parts
    }
    for path in grader.rglob("*"):
        if path.is_file() and (data := path.read_bytes()) and data in kept:
            raise BundleError(
                f"{path.relative_to(grader)} in {AUTOGRADER} is {kept[data]}, which must not leave this repository."
            )


def _prove_at_home(root: Path, folder: Path, declared: Assignment) -> None:
    """Raise unless `pytest` passes in the unpacked starter with the solution: no check lacks a file that it needs."""
    for part in declared.parts:
        shutil.copy(root / "solution" / part.file, folder)
    for part in declared.parts:
        checks = Path("checks", part.folder.relative_to(declared.folder))
        if not any(case.example for case in part.cases):
            continue
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", str(checks)],
            cwd=folder,
            env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST")},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if done.returncode != 0:
            raise BundleError(
                f"With the solution in the unpacked starter, `pytest {checks.as_posix()}` fails as it would for "
                f"students:\n{done.stdout.decode('utf-8', 'replace').strip()}\nAn example can use only what its case "
                "file holds; conftest.py and pytest.ini come from solution/starter/."
            )


def _grade(grader: Path, program: Path, scratch: Path) -> _Graded:
    """Grade a program, or a folder of files handed in together, with an unpacked grader."""
    results = scratch / f"{program.name}.json"
    done = subprocess.run(
        [sys.executable, "-I", "-c", START, str(grader), "grade", str(program), "--results", str(results)],
        cwd=grader,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    printed = done.stdout.decode("utf-8", "replace").strip()
    if done.returncode != 0 or not results.is_file():
        raise BundleError(f"The unpacked grader ended with status {done.returncode} and said:\n{printed}")
    tests = json.loads(results.read_text(encoding="utf-8"), parse_float=Decimal)["tests"]
    return _Graded(
        as_score(sum((Decimal(test["score"]) for test in tests), Decimal(0))),
        as_score(sum((Decimal(test["max_score"]) for test in tests), Decimal(0))),
        len(tests),
    )
