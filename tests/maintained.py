"""The commands that remake things, many times over, each in a process of its own: they load and forget modules.

    python tests/maintained.py  reads a command and the root of a project from each line, as a list in JSON; answers its
                                exit status and what it said, as another

NumPy, pytest and the commands are loaded once, and once the leak gates take our own engine apart, which every starter
holds and few tests change.
"""

import functools
import gc
import json
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from autograder.assignment import AssignmentError
from autograder.authoring import bundle, leaks, maintain, starter, wheel  # noqa: F401, maintain imports bundle when it needs it

ROOT = Path(__file__).resolve().parent.parent


def file_by_file(weights_in):
    """The gate for weights, which remembers what it has found in a file of this name and these bytes."""
    found = functools.cache(lambda name, data, tables: weights_in({name: data}, dict(tables)))

    def remembered(files, tables):
        tables = tuple(tables.items())
        return [sentence for name, data in files.items() for sentence in found(name, data, tables)]

    return remembered


def main():
    """Until the last line."""
    leaks._views = functools.cache(lambda text, views=leaks._views: list(views(text)))
    starter.weights_in = file_by_file(starter.weights_in)
    wheel.parse = functools.cache(wheel.parse)
    engine = {"checks/autograder.whl": starter.engine(ROOT)}
    starter.leaks_in(ROOT, engine)
    starter.weights_in(starter.unpacked(engine), {})
    gc.freeze()  # no forked process has to go through all this
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
