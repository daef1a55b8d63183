"""The commands of `python -m autograder`. Those of `batch`, `doctor`, and `authoring` are only parsed here.

Exit status 0: a grade was reached, even zero. 1: `check` has found something, or the solution does not pass an example.
2: the command was called incorrectly or stopped, or at least one case is our fault.
"""

import argparse
import contextlib
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from .place import Fresh

if TYPE_CHECKING:
    from .assignment import Assignment
    from .outcome import Grade

ROOT = Path(__file__).resolve().parent.parent
# Packages that grading needs. A command that needs more reports a missing one when it imports it.
PACKAGES = ("numpy", "pytest", "gradescope_utils", "safetensors")
SAMPLES = (
    "solution/neural_network.py",
    "starter/neural_network.py",
    "tests/submissions/loops_in_plain_python",
    "tests/submissions/sigmoid_overflows",
    "tests/submissions/log_likelihood_averages_over_n",
    "tests/submissions/backprop_averages_over_n",
    "tests/submissions/kills_its_process",
)


def main(arguments: list[str], place: Fresh | None = None) -> int:
    """Run one command.

    Args:
        place: where a submission is graded; its interpreters may already be running.
    """
    parsed = _parser().parse_args(arguments, argparse.Namespace(place=place or Fresh()))
    try:
        os.getcwd()  # many functions need it, and each would fail with a different message
    except FileNotFoundError:
        return _refuse("The current folder no longer exists. Change to another one, as with `cd ~`, and come back.")
    try:
        return int(parsed.run(parsed))
    except KeyboardInterrupt:
        return _refuse("Stopped.")
    except ModuleNotFoundError as error:
        if error.name in ("autograder.authoring", "autograder.batch"):
            return _refuse(
                f"{ROOT} is the copy for Gradescope, which only grades one submission at a time. Run this in the "
                "repository."
            )
        if (error.name or "").startswith("autograder"):  # ours, so no other Python has it either
            raise
        return _refuse(_another_python(error.name))
    except Exception as error:
        from .assignment import AssignmentError

        if isinstance(error, AssignmentError):
            return _refuse(str(error))
        if isinstance(error, OSError):  # a full disk, a folder that nobody may write to
            return _refuse(f"{error.filename or 'This machine'}: {error.strerror or error}. Nothing more was done.")
        raise
    finally:
        for stream in (sys.stdout, sys.stderr):
            _write(stream, "")


def _path(path: str) -> Path:
    """Return a typed path with `~` expanded. Of all shells, only Bash does so in `make batch SUBMISSIONS=~/hw.zip`."""
    if not path:  # from an unset shell variable; Path("") would be the current folder
        raise argparse.ArgumentTypeError("it is empty; name a file or a folder")
    return Path(os.path.expanduser(path))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m autograder", description="Grade numerical functions in isolation.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, what: str, *, allow_abbrev: bool = True) -> argparse.ArgumentParser:
        """Add a command; the list of commands and its own help say the same."""
        return commands.add_parser(
            name, help=what, description=f"{what[0].upper()}{what[1:]}.", allow_abbrev=allow_abbrev
        )

    grading = command("grade", "grade a file, a folder or a zip; without a path, the bundled samples")
    grading.add_argument("path", nargs="*", type=_path, metavar="PATH", help="what was handed in")
    grading.add_argument("--results", type=_path, metavar="FILE", help="write Gradescope's results.json here")
    _add_how_to_grade(grading)
    grading.set_defaults(run=_grade)
    explaining = command("explain", "show everything about one submission, hidden data included (for staff)")
    explaining.add_argument("path", type=_path, metavar="PATH", help="what was handed in")
    _add_how_to_grade(explaining)
    explaining.set_defaults(run=_explain)
    # No abbreviations of options: --name would be taken for --names and show names.
    batch = command("batch", "grade a class", allow_abbrev=False)
    add = batch.add_argument
    add(
        "path",
        nargs="?",
        type=_path,
        metavar="PATH",
        help="a Gradescope export, a Canvas download, a folder or zip of programs",
    )
    add("--out", type=_path, metavar="FOLDER", help="where grades go; default: PATH_graded")
    add("--jobs", type=int, metavar="N", help="submissions at a time; default: one per processor")
    add("--again", action="store_true", help="regrade everything, and compare with the existing grades")
    add("--earlier", type=_path, metavar="FOLDER", help="compare with the grades of that batch")
    add("--roster", type=_path, metavar="CSV", help="a gradebook exported from Canvas: writes canvas.csv")
    add("--names", action="store_true", help="name students in report.html; grades.csv always does")
    add("--cluster", metavar="ADDRESS", help="grade on the workers of a Dask scheduler; `local` starts one here")
    _add_cases(batch)
    batch.set_defaults(run=_batch)
    examining = command("doctor", "try each protection on this machine and say which ones hold")
    examining.set_defaults(run=_examine)
    for name, what in (
        ("starter", "write starter/ from solution/"),
        ("solution", "regenerate what depends on the solution: golden values, weights, figures"),
        ("bundle", "write dist/autograder.zip and dist/starter.zip, and test them"),
        ("check", "fail if generated files are out of date or a case is unsound, and say how to fix it"),
    ):
        command(name, what).set_defaults(run=_maintain, name=name)
    return parser


def _add_cases(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--cases",
        type=_path,
        default=ROOT / "tests" / "cases",
        metavar="FOLDER",
        help="the assignment; default: tests/cases",
    )


def _add_how_to_grade(command: argparse.ArgumentParser) -> None:
    _add_cases(command)
    command.add_argument("--no-fork", action="store_true", help="start an interpreter for each case, as on Windows")


def _grade(parsed: argparse.Namespace) -> int:
    paths: list[Path] = parsed.path or [ROOT / sample for sample in SAMPLES]
    if missing := _missing(paths):
        if not parsed.path:  # another assignment has no such programs, and nobody named this one
            return _refuse("Name what to grade: make grade SUBMISSION=path, or python -m autograder grade PATH")
        return _refuse(f"{missing}: python -m autograder grade PATH")
    if len(paths) > 1:
        if parsed.results is not None:
            return _refuse("--results holds the results of one submission. Name one PATH.")
        return _grade_several(paths, _assignment(parsed), parsed)
    place = _place(parsed)
    place.start()
    with contextlib.closing(place):
        return _grade_one(paths[0], _assignment(parsed), parsed.results, place)


def _missing(paths: list[Path]) -> str:
    """Return the beginning of a sentence about the first path that is missing or unreachable; empty if none is."""
    path = next((path for path in paths if not os.path.lexists(path)), None)
    if path is None:
        return ""
    try:
        path.lstat()
    except PermissionError:
        return f"{path} cannot be reached: Permission denied. Name a file, a folder or a zip"
    except OSError:  # usually FileNotFoundError
        pass
    return f"There is nothing at {path}. Name a file, a folder or a zip"


def _assignment(parsed: argparse.Namespace) -> "Assignment":
    from . import assignment as assignments

    return assignments.load(parsed.cases)


def _place(parsed: argparse.Namespace) -> Fresh:
    place: Fresh = Fresh(fork=False) if parsed.no_fork else parsed.place
    return place


def _grade_one(path: Path, assignment: "Assignment", destination: Path | None, place: Fresh) -> int:
    from .grade import fallback, grade
    from .gradescope import results
    from .terminal import report

    if destination is not None:
        if _holds_something_else(destination):
            return _refuse(
                f"{destination} is not a results file and would be overwritten. Name another file for --results."
            )
        try:
            results.write(destination, fallback(assignment))
        except OSError as error:
            return _refuse(
                f"{destination} cannot be written: {error.strerror}. Name a file in a folder that exists, can be "
                "written to, and has room."
            )

    def meanwhile(so_far: "Grade") -> None:
        # If we are killed while grading extra credit, the points of the assignment itself stand.
        if destination is not None:
            with contextlib.suppress(OSError):
                results.write(destination, so_far)

    graded = grade(path, assignment, place=place, meanwhile=meanwhile)
    # Write results before printing the report: whoever reads the output may have left, or may never read it.
    refused = ""
    if destination is not None:
        try:
            results.write(destination, graded)
        except OSError as error:
            refused = (
                f"{destination} can no longer be written: {error.strerror}. It does not hold this grade. Fix this, "
                "then grade again."
            )
    for line in report(graded):
        _print(line)
    if refused:
        return _refuse(refused)
    if destination is not None:
        _print(f"Results: {destination}")
    return _status([graded])


def _holds_something_else(destination: Path) -> bool:
    """Return whether a file other than results is there, such as the submission. A link is replaced, not followed."""
    with contextlib.suppress(OSError):  # writing to it reports the error
        if destination.is_file() and not destination.is_symlink():
            with destination.open("rb") as opened:
                # A notebook begins like results, because both are JSON.
                return opened.read(1) not in (b"", b"{") or destination.suffix.lower() == ".ipynb"
    return False


def _explain(parsed: argparse.Namespace) -> int:
    if missing := _missing([parsed.path]):
        return _refuse(f"{missing}: python -m autograder explain PATH")
    if missing := _missing_package():
        return _refuse(_another_python(missing))
    from .grade import grade
    from .terminal import explanation

    graded = grade(parsed.path, _assignment(parsed), explain=True, place=_place(parsed))
    for line in explanation(graded):
        _print(line)
    return _status([graded])


def _grade_several(paths: list[Path], assignment: "Assignment", parsed: argparse.Namespace) -> int:
    from .grade import grade
    from .submission import shown_name
    from .terminal import table

    started = time.monotonic()
    graded: list[tuple[str, Grade]] = []
    for number, path in enumerate(paths, 1):
        name = shown_name(path.parent.name if path.name == assignment.file else path.name)
        _write(sys.stderr, f"[{number}/{len(paths)}] {name}\n")
        one = grade(path, assignment, place=_place(parsed))
        if one.stopped:  # what is graded of it is no grade, and no fault of the grader
            break
        graded.append((name, one))
    _write(sys.stderr, "\n")
    for line in table(graded):
        _print(line)
    _print("")
    _print(
        f"{len(graded)} graded in {time.monotonic() - started:.1f} s. To see one in full: make grade SUBMISSION=path"
    )
    return _refuse("Stopped.") if len(graded) < len(paths) else _status([one for _, one in graded])


def _status(grades: "list[Grade]") -> int:
    if not any(one.faults for one in grades):
        return 0
    # Checked only after a fault: looking for packages takes time, and a results file must be written first.
    if missing := _missing_package():
        return _refuse(_another_python(missing))
    return 2


def _missing_package() -> str:
    """Return the first package that grading needs and this Python lacks; empty if it has all."""
    from importlib.util import find_spec

    return next((name for name in PACKAGES if find_spec(name) is None), "")


def _another_python(name: str | None) -> str:
    return f"{sys.executable} has no {name}. Use the Python in .venv, which `make setup` creates."


def _examine(_: argparse.Namespace) -> int:
    # Imported here because both load NumPy.
    from .backend import GraderFault
    from .doctor import report as examined

    _stop_in_good_order()
    try:
        for line in examined():
            _print(line)
    except GraderFault as fault:
        return _refuse(f"No submission can be graded on this machine: {fault}.")
    return 0


def _batch(parsed: argparse.Namespace) -> int:
    if parsed.path is None:  # as after `make batch SUBMISSION=path`, without the last S of SUBMISSIONS
        return _refuse("Name what to grade: make batch SUBMISSIONS=path, or python -m autograder batch PATH")
    if missing := _missing_package():  # otherwise, the grading of each submission would fail for it
        return _refuse(_another_python(missing))
    from .batch import command

    return command.run(parsed, ROOT, _print)


def _maintain(parsed: argparse.Namespace) -> int:
    """Run a command that only an instructor's checkout has: its modules are not in the bundle."""
    _stop_in_good_order()
    from .authoring import maintain

    return maintain.run(parsed.name, ROOT, _print)


def _stop_in_good_order() -> None:
    """Treat SIGTERM like Ctrl-C from now on, so that temporary files are removed."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def _print(line: str) -> None:
    _write(sys.stdout, line + "\n")


def _refuse(sentence: str) -> int:
    _write(sys.stderr, sentence + "\n")
    return 2


def _write(stream: TextIO | None, text: str) -> None:
    """Print text that may contain any character, because it may be a student's, in the terminal's encoding.

    A full disk or a closed pipe must not affect a grade: further output is discarded.
    """
    if stream is None:  # it was closed when we were started
        return
    encoding = stream.encoding or "ascii"
    try:
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except OSError:
        nobody = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nobody, stream.fileno())
        os.close(nobody)
