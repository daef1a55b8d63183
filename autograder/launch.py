"""Start a fresh interpreter that holds nothing of ours but `box`: the zygote, or a worker where there is no fork."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
# The arrays are small: a second thread of NumPy's costs more than it saves, and takes a processor from other work.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def start_interpreter(entry: str, connection: socket.socket, settings: str, output: Any) -> "subprocess.Popen[bytes]":
    """Start a fresh interpreter that holds nothing of ours but the box, and run `box.worker.<entry>` in it.

    -I: no variable, no user folder and no current folder can slip a module in. The environment is made, not inherited.
    """
    code = (
        # Nothing of what is loaded here becomes garbage; a worker switches the collector on again.
        "import gc; gc.disable(); import sys; "
        "sys.path.insert(0, sys.argv[1]); from box import worker; del sys.path[0]; "
        f"worker.{entry}(int(sys.argv[2]), sys.argv[3])"
    )
    descriptor = connection.fileno()
    environment = {
        **ONE_THREAD,
        "LC_ALL": "C.UTF-8",
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": os.environ.get("MPLCONFIGDIR") or str(Path(sys.prefix) / "matplotlib"),
    }
    keywords: dict[str, Any] = {"pass_fds": (descriptor,)}
    if sys.platform == "win32":
        keywords = {"close_fds": False}
        environment["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
        connection.set_inheritable(True)
    return subprocess.Popen(
        [sys.executable, "-I", "-c", code, str(Path(__file__).resolve().parent), str(descriptor), settings],
        env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=os.path.sep, **keywords,
    )  # fmt: skip


def readable_folders() -> list[str]:
    """What a worker may read: what the interpreter imports from, and what the dynamic loader and its libraries need."""
    ours = {"", str(ROOT), os.getcwd()}
    imported_from = [folder for folder in sys.path if folder not in ours]
    system = ["/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/local/lib", "/usr/share/zoneinfo", "/usr/share/fonts",
              "/etc/ld.so.cache", "/etc/localtime", "/dev/urandom", str(Path(sys.base_prefix) / "lib")]  # fmt: skip
    return [folder for folder in dict.fromkeys([*imported_from, *system]) if os.path.exists(folder)]
