"""Run the commands that regenerate files, each in its own process, because they load and unload modules.

    python tests/maintained.py  reads from each line, as a JSON list, a command and the root of a project; answers its
                                exit status and its output, as another JSON list

NumPy, pytest, the commands, and what they load only when they need it are loaded once. The leak gates scan our own
engine once in advance, because every starter holds it and few tests change it.
"""

import functools
import gc
import importlib
import json
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from autograder.assignment import AssignmentError
from autograder.authoring import bundle, leaks, maintain, starter, wheel  # noqa: F401, maintain imports bundle when it needs it

ROOT = Path(__file__).resolve().parent.parent
# What `solution` and `check` load when they need it.
NEEDED_LATER = (
    "_pytest.helpconfig", "_pytest.skipping", "autograder.feedback", "gradescope_utils.autograder_utils.decorators",
    "numpy.ma", "tomllib" if sys.version_info >= (3, 11) else "tomli",
)  # fmt: skip


def file_by_file(weights_in):
    """Wrap the gate for weights in a cache, by the name and bytes of each file."""
    found = functools.cache(lambda name, data, tables: weights_in({name: data}, dict(tables)))

    def remembered(files, tables):
        tables = tuple(tables.items())
        return [sentence for name, data in files.items() for sentence in found(name, data, tables)]

    return remembered


def main():
    """Serve requests until standard input ends."""
    for module in NEEDED_LATER:
        importlib.import_module(module)
    leaks._views = functools.cache(lambda text, views=leaks._views: list(views(text)))
    starter.weights_in = file_by_file(starter.weights_in)
    wheel.parse = functools.cache(wheel.parse)
    engine = {"checks/autograder.whl": starter.engine(ROOT)}
    starter.leaks_in(ROOT, engine)
    starter.weights_in(starter.unpacked(engine), {})
    gc.freeze()  # spares forked processes from scanning these objects again
    for line in sys.stdin:
        name, root = json.loads(line)
        with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as refused:
            child = os.fork()
            if child == 0:
                os.dup2(said.fileno(), 1)
                os.dup2(refused.fileno(), 2)
                try:
                    sys.exit(maintain.run(name, Path(root), print))
                except AssignmentError as error:
                    sys.exit(str(error))
                except KeyboardInterrupt:
                    sys.exit("Stopped.")
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            words = [(file.seek(0), file.read())[1] for file in (said, refused)]
        print(json.dumps([status, "".join(words)]), flush=True)


if __name__ == "__main__":
    main()
