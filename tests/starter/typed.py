"""The programs of a student's folder, many times over, each in a forked process: NumPy is loaded once.

python -W error tests/starter/typed.py      reads a program, its arguments, the folder to start it in, an
                                            environment and the files for what it prints from each line, as a list
                                            in JSON; answers its exit status
"""

import json
import os
import runpy
import signal
import sys

import numpy as np  # noqa: F401, what takes longer to load than most programs run

PATIENCE_S = 120


def start(program, arguments, folder, environment, said, refused):
    """Be the process that somebody has started with a program."""
    signal.alarm(PATIENCE_S)
    for descriptor, name in ((1, said), (2, refused)):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), descriptor)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding=environment["PYTHONIOENCODING"], errors=stream.errors)
    paths = filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))
    sys.path[:1] = [os.path.dirname(program), *paths]
    sys.argv = [program, *arguments]
    runpy.run_path(program, run_name="__main__")


def main():
    """Until the last line."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            start(*json.loads(line))
            sys.exit()
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
