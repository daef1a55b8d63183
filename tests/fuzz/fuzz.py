"""Look for a reply or a text that breaks the grader, guided by which of its lines each input reaches.

    python tests/fuzz/fuzz.py wire results [--seconds N]    fuzz both targets side by side
    python tests/fuzz/fuzz.py wire results --keep           the same, and make the corpus again from what was reached
    python tests/fuzz/fuzz.py wire PATH ...                 replay inputs, without a fuzzer

How it works: atheris, the fuzzer, never returns from its process. So each target has a process of its own; this program
starts them, waits, and says what they found. Fuzzing starts from the corpus. An input that breaks something is added to
the corpus, and every `make test` replays it from then on. With --keep, the corpus is reduced to the fewest inputs, old
and new, that reach everything that was reached. Atheris is installed when it is first needed, with the hashes in
requirements.txt beside this file. If it cannot be installed, fuzzing is skipped with a message; the tests that replay
the corpus run anyway.
"""

import argparse
import contextlib
import hashlib
import importlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from types import ModuleType

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CORPUS = HERE / "corpus"
# A separate folder, not among the locked packages: only this program needs it.
FETCHED = Path(sys.prefix) / "fuzz"
NAMES = ("wire", "results")
MAX_BYTES = 4096
# An input that takes longer, or a process that uses more memory, is a finding too.
MAX_INPUT_S, MAX_MEMORY_MIB = 20, 1024


def main() -> int:
    """Fuzz or replay; return 0 if nothing was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "what", nargs="+", metavar="TARGET or PATH", help=f"what to fuzz: {', '.join(NAMES)}; or inputs to replay"
    )
    parser.add_argument("--seconds", type=int, default=600, help="for each target; default: 600")
    parser.add_argument("--keep", action="store_true", help="make the corpus again from what was reached")
    parser.add_argument("--inside", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)  # set in the fuzzer's own process
    arguments = parser.parse_args()
    targets = [what for what in arguments.what if what in NAMES]
    inputs = [Path(what) for what in arguments.what if what not in NAMES]
    if not targets or (inputs and len(targets) > 1):
        parser.error(f"name a target: {', '.join(NAMES)}")
    if inputs:
        return replay(targets[0], inputs)
    if arguments.inside:
        inside(targets[0], arguments.inside)
    if not can_have_atheris():
        print("Atheris cannot be had here (it needs Linux on x86-64, and once a network): fuzzing is skipped.")
        return 0
    return fuzz(targets, arguments.seconds, arguments.keep)


def replay(target: str, inputs: Sequence[Path]) -> int:
    """Run inputs one by one; the first one that breaks something ends the replay with its traceback."""
    function = load(target)
    for path in inputs:
        print(f"{target} {path}", flush=True)
        function(path.read_bytes())
    return 0


def load(target: str) -> Callable[[bytes], None]:
    """Return the target's function. The import is here because a fuzzer must instrument the modules as they are
    imported.
    """
    sys.path[0] = str(ROOT)
    from tests.fuzz.targets import TARGETS

    return TARGETS[target]


# ------------------------------------------------------------------------------------- outside


def fuzz(targets: Sequence[str], seconds: int, keep: bool) -> int:
    """Run a fuzzer for each target, all at once, and print the findings."""
    with contextlib.ExitStack() as stack:
        runs = [
            Run(target, Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fuzz-")))) for target in targets
        ]
        for run in runs:
            run.start(f"-max_total_time={seconds}")
            stack.callback(run.stop)
        found = [run.finish(keep) for run in runs]
    return 1 if any(found) else 0


class Run:
    """One fuzzer working on one target."""

    def __init__(self, target: str, folder: Path) -> None:
        self._target = target
        self._corpus = CORPUS / target
        self._folder = folder
        for name in ("new", "found", "merged"):
            (folder / name).mkdir()
        (folder / "words").write_text(dictionary(), encoding="ascii")
        self._log = folder / "log"

    def start(self, *options: str) -> None:
        """Start the fuzzer; it writes new inputs to `new`, and inputs that break something to `found`."""
        self._process = self._fuzzer([self._folder / "new", self._corpus], *options)

    def stop(self) -> None:
        """Kill the fuzzer if it is still running."""
        self._process.kill()
        self._process.wait()

    def finish(self, keep: bool) -> bool:
        """Wait for the fuzzer to end, print figures, and remake the corpus if asked to. Return whether something was
        found.
        """
        status = self._process.wait()
        log = self._log.read_text(encoding="utf-8", errors="replace")
        found = sorted((self._folder / "found").iterdir())
        if status and not found:
            print(f"{log[-3000:]}\n{self._target}: the fuzzer itself failed.", file=sys.stderr)
            return True
        for path in found:
            kept = self._keep(path)
            print(f"{log[-6000:]}\n{self._target}: broken by the input {kept}", file=sys.stderr)
            print(f"To replay it: {sys.executable} {HERE / 'fuzz.py'} {self._target} {kept}", file=sys.stderr)
        if keep and not found:
            self._merge()
        corpus = list(self._corpus.iterdir())
        print(
            f"{self._target}: {_last('number_of_executed_units', log)} inputs, "
            f"{_last('cov', log)} branches and {_last('ft', log)} features reached, {len(found)} findings; "
            f"{len(corpus)} inputs of {sum(path.stat().st_size for path in corpus)} bytes in the corpus.",
            flush=True,
        )
        return bool(found)

    def _merge(self) -> None:
        """Reduce the corpus to the fewest and shortest inputs, old and new, that reach everything reached so far."""
        merging = self._fuzzer([self._folder / "merged", self._corpus, self._folder / "new"], "-merge=1")
        if merging.wait() == 0:
            for path in self._corpus.iterdir():
                path.unlink()
            for path in (self._folder / "merged").iterdir():
                self._keep(path)

    def _fuzzer(self, folders: Sequence[Path], *options: str) -> "subprocess.Popen[bytes]":
        command = [
            sys.executable, str(HERE / "fuzz.py"), self._target, "--inside", *map(str, folders),
            f"-artifact_prefix={self._folder / 'found'}{os.sep}", f"-dict={self._folder / 'words'}",
            f"-max_len={MAX_BYTES}", f"-timeout={MAX_INPUT_S}", f"-rss_limit_mb={MAX_MEMORY_MIB}",
            "-print_final_stats=1", f"-report_slow_units={2 * MAX_INPUT_S}", *options,
        ]  # fmt: skip
        with self._log.open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, cwd=self._folder)

    def _keep(self, path: Path) -> Path:
        """Copy an input into the corpus, under the SHA-1 of its content."""
        kept = self._corpus / hashlib.sha1(path.read_bytes()).hexdigest()
        shutil.copyfile(path, kept)
        return kept


def _last(name: str, log: str) -> str:
    """Return the last figure of this name that the fuzzer printed."""
    return (re.findall(rf"\b{name}: (\d+)", log) or ["?"])[-1]


def dictionary() -> str:
    """Return words that a fuzzer would take long to guess, in libFuzzer's dictionary format."""
    words = ["outcome", "returned", "unusable", "missing", "raised", "kinds", "warnings", "changed", "problem", "found",
             "parents", "lines", "type", "message", "MemoryError", "NotImplementedError", "F64", "shape", "dtype",
             "data_offsets", "__metadata__", "NaN", "\\ud800", "\\u202e"]  # fmt: skip
    return "".join(f"{json.dumps(word)}\n" for word in words) + '"\\xe2\\x80\\xae"\n'


def can_have_atheris() -> bool:
    """Tell whether atheris is installed or can be fetched as a wheel with the locked hash."""
    if _find_atheris() is not None:
        return True
    if sys.platform != "linux":
        return False
    options = ["--quiet", "--target", str(FETCHED), "--require-hashes", "--no-deps", "--only-binary", ":all:", "-r"]
    lock = str(HERE / "requirements.txt")
    for installer in ([sys.executable, "-m", "pip", "install"], ["uv", "pip", "install", "--python", sys.executable]):
        with contextlib.suppress(OSError):
            subprocess.run([*installer, *options, lock], check=False, stderr=subprocess.DEVNULL)
        if _find_atheris() is not None:
            return True
    return False


def _find_atheris() -> ModuleType | None:
    importlib.invalidate_caches()  # pip may have created the folder since the last import
    if str(FETCHED) not in sys.path:
        sys.path.append(str(FETCHED))
    with contextlib.suppress(ImportError):
        import atheris

        return atheris
    return None


# ------------------------------------------------------------------------------------- inside


def inside(target: str, arguments: Sequence[str]) -> None:
    """Run as the fuzzer's process; never return."""
    atheris = _find_atheris()
    assert atheris is not None
    # Instrument the grader's branches, and those of the target itself, which gives bytes their meaning. Modules that
    # only make or check replies would mislead the fuzzer.
    with atheris.instrument_imports(include=["autograder", "tests"], exclude=["tests.fuzz.replies", "tests.fuzz.road"]):
        function = load(target)
    from tests.fuzz.replies import mutated

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        draw = Random(seed)
        if target == "wire" and draw.random() < 0.5:  # randomly changed bytes are rarely valid JSON
            data = mutated(data, draw, most)
            if draw.random() < 0.8:
                return data
        return atheris.Mutate(data, most)

    # To merge, the fuzzer starts itself again through a shell, using the first argument as its command.
    again = shlex.join([sys.executable, str(HERE / "fuzz.py"), target, "--inside"])
    atheris.Setup([again, *arguments], function, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
