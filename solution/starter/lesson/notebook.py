"""What notebook.ipynb calls: the same checks and programs as on the command line, with their output in the notebook.

Each runs in a process of its own, so it always reads neural_network.py as it is now, never as it was when the notebook
first imported it, and the stop button ends it.
"""

import html
import os
import subprocess
import sys

from . import HOME
from .functions import CHECKS, EXTENSIONS, NEURAL_NETWORK, TASKS, plain

FILE = HOME / NEURAL_NETWORK
STUB = 'raise NotImplementedError("Task'


def check(name=""):
    """Run the checks of one function, or with no name those of all; `check("extensions.py")` is extra credit."""
    file = EXTENSIONS if name == EXTENSIONS or name in TASKS[EXTENSIONS] else NEURAL_NETWORK
    _run("-m", *CHECKS[file].split(), "--color=no", *(("-k", name) if name and name != file else ()))


def train(*options):
    """Run train.py; options are those of the command line: `train("--spread", "0")`."""
    _run("train.py", *options)


def draw():
    """Show the page on which your trained network reads what you draw."""
    if _run("draw.py", "--no-open") == 0:
        show(HOME / "trained" / "draw.html", height=1100)


def classify2d(data="circle", *options):
    """Let your functions learn points in the plane, and show how it went: `classify2d("spiral", "--hidden", "5")`."""
    if _run("classify2d.py", "--replay", "--no-open", "--data", data, *options) == 0:
        show(HOME / "trained" / f"classify2d-{data}.html", height=1000)


def show(page, height):
    """Show a page from a file in the notebook, also where the notebook cannot reach the file (Colab)."""
    from IPython.display import display

    text = html.escape(page.read_text(encoding="utf-8"))
    frame = (
        f'<iframe srcdoc="{text}" sandbox="allow-scripts" width="100%" height="{height}" title="{page.stem}"></iframe>'
    )
    display({"text/html": frame}, raw=True)


def neural_network(line, cell):  # noqa: ARG001
    """The cell magic %%neural_network: the cell becomes neural_network.py, and what was in the file is never lost."""
    text = cell if cell.endswith("\n") else cell + "\n"
    before = FILE.read_text(encoding="utf-8") if FILE.exists() else ""
    if before.count(STUB) < text.count(STUB) and before:
        print("Nothing was changed: neural_network.py has more functions written than this cell. To go on from this")
        print("cell, delete or rename that file first; to go on from the file, leave this cell alone.")
        return
    if before and before != text:
        kept = next(path for k in range(1, 1000) if not (path := FILE.with_name(f"before-{k:03}.py")).exists())
        kept.write_text(before, encoding="utf-8")
        print(f"What was in neural_network.py is kept in {kept.name}.")
    FILE.write_text(text, encoding="utf-8")
    print("This cell is now neural_network.py.")
    try:
        compile(text, FILE.name, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        where = f", line {error.lineno}" if getattr(error, "lineno", None) else ""
        print(f"Python cannot read neural_network.py{where}: {plain(getattr(error, 'msg', error))}.")


def _run(*arguments):
    """Run a program of this folder and print what it prints, as it comes; returns its exit status."""
    process = subprocess.Popen(
        [sys.executable, "-u", *arguments],
        cwd=HOME,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},  # Windows has another for what is no console
        encoding="utf-8",
        errors="replace",
    )
    try:
        for line in process.stdout:
            print(line, end="")
        return process.wait()
    except KeyboardInterrupt:
        print("\nStopped.")
        return 130
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


if "IPython" in sys.modules:
    from IPython import get_ipython

    if get_ipython() is not None:
        get_ipython().register_magic_function(neural_network, "cell")
