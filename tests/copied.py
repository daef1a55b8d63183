"""Run programs as if typed on a command line, each in a fork of a process that has loaded the slowest modules.

python tests/copied.py MODULE...    loads these; reads from each line, as a JSON list, a program (a file, or a module as
                                    after `python -m`), its arguments, its working directory, its environment, and the
                                    files for its output and errors; answers its exit status
"""

import contextlib
import importlib
import json
import os
import runpy
import signal
import subprocess
import sys

PATIENCE_S = 120


@contextlib.contextmanager
def copying(printed, *modules, options=()):
    """Yield a function: program, arguments, folder, environment -> exit status, output and errors, as bytes.

    Except for PYTHONPATH, PYTHONIOENCODING, and PYTHONDONTWRITEBYTECODE, variables that Python reads at startup have
    the values of this test run.

    Args:
        printed: a folder for what programs print.
        modules: what to load.
        options: command-line options for Python.
    """
    files = [printed / name for name in ("said", "refused")]
    with subprocess.Popen(
        [sys.executable, *options, __file__, *modules], text=True,
        env=os.environ | {"PYTHONUTF8": "0"}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as server:  # fmt: skip

        def run(program, arguments, folder, environment):
            asked = [str(program), arguments, str(folder), environment, *map(str, files)]
            print(json.dumps(asked), file=server.stdin, flush=True)
            return int(server.stdout.readline()), *(path.read_bytes() for path in files)

        yield run


def start(program, arguments, folder, environment, said, refused):
    """Turn this process into one that was started with a program."""
    signal.alarm(PATIENCE_S)
    for descriptor, name in ((1, said), (2, refused)):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), descriptor)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding=environment.get("PYTHONIOENCODING"), errors=stream.errors)
    sys.dont_write_bytecode = bool(environment.get("PYTHONDONTWRITEBYTECODE"))
    is_file = program.endswith(".py")
    paths = filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))
    sys.path[:1] = [os.path.dirname(program) if is_file else os.getcwd(), *paths]
    sys.argv = [program, *arguments]
    if is_file:
        runpy.run_path(program, run_name="__main__")
    else:
        runpy.run_module(program, run_name="__main__", alter_sys=True)


def main():
    """Serve requests until standard input ends."""
    for name in sys.argv[1:]:
        importlib.import_module(name)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            start(*json.loads(line))
            sys.exit()
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
