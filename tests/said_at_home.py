"""Run plain `pytest` on programs of the bank, as at home, in background processes: each once, after other such work."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable
from pathlib import Path

from autograder import submission
from autograder.launch import ONE_THREAD

from .bank import ASSIGNMENT, BANK, ROOT, Program
from .lanes import Lanes

# Case number -> (outcome, text); and the printed page.
Said = tuple[dict[str, tuple[str, str]], str]


class SaidAtHome(Lanes[Said]):
    """What plain `pytest` says of each program."""

    def __init__(self, programs: Iterable[Program], begin: threading.Event | None = None) -> None:
        self._place = tempfile.TemporaryDirectory(prefix="at-home-")
        super().__init__(programs, begin)

    def start(self) -> "subprocess.Popen[str]":
        """Start a process that has loaded NumPy and pytest."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV_"))}
        return subprocess.Popen(
            [sys.executable, str(ROOT / "tests" / "at_home.py")], start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**clean, **ONE_THREAD, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip

    def ask(self, process: "subprocess.Popen[str]", program: Program) -> Said:
        """Run pytest in a folder with the program."""
        return _said_by(process, program, Path(self._place.name) / program.folder.relative_to(BANK))

    def close(self) -> None:
        """Stop the processes, and remove their folders."""
        super().close()
        self._place.cleanup()


def _said_by(server: "subprocess.Popen[str]", program: Program, folder: Path) -> Said:
    """Return what pytest says of one program, in a new folder."""
    shutil.copytree(ROOT / "starter" / "checks", folder / "checks")
    shutil.copy(ROOT / "starter" / "pytest.ini", folder)
    handed_in = program.hand_in(folder / "handed in")
    for name in (program.part.file, *program.part.imports):
        text = submission.read(handed_in, name).text
        (folder / name).write_text(text, encoding="utf-8", newline="")
    asked = [] if program.part is ASSIGNMENT else [f"checks/{program.part.folder.name}"]
    print(json.dumps([str(folder), *asked]), file=server.stdin, flush=True)
    assert server.stdout.readline() == "done\n"
    assert (folder / "said.json").exists(), (folder / "page.txt").read_text() + (folder / "errors.txt").read_text()
    page = (folder / "page.txt").read_text(encoding="ascii")
    return json.loads((folder / "said.json").read_text(encoding="ascii")), page
