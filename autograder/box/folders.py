"""Folders that submissions read and write: check who can reach them, and remove them whatever they contain."""

import contextlib
import os
import stat
import time

PATIENCE_S = 10.0


def temporary() -> str:
    """Return the system's temporary folder, or for root, if its workers cannot reach that, another one that they can.

    Root's workers have user ids of their own, and cannot reach a folder inside a closed one, such as /root/tmp. If no
    temporary folder is open to them, return the system's anyway.
    """
    import tempfile  # a worker has no use for it

    usual = tempfile.gettempdir()
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return usual
    return next((folder for folder in (usual, "/tmp", "/var/tmp") if _is_usable(folder)), usual)  # noqa: S108


def _is_usable(folder: str) -> bool:
    """Whether a folder exists, is writable, and can be reached by every user, not only by root."""
    try:
        return is_open(os.path.realpath(folder)) and os.access(folder, os.W_OK)
    except OSError:
        return False


def is_open(folder: str) -> bool:
    """Whether every user can reach a folder, given its path without symbolic links.

    Raises:
        OSError: the folder does not exist.
    """
    while os.stat(folder).st_mode & stat.S_IXOTH:
        folder, below = os.path.dirname(folder), folder
        if folder == below:
            return True
    return False


def remove(folder: str, patience_s: float = PATIENCE_S) -> None:
    """Remove `folder` and everything in it.

    Use rm(1) where it exists: shutil.rmtree recurses, and a thousand nested folders raise RecursionError. What cannot
    be removed in time, for example from a busy disk, stays until the parent folder is removed.
    """
    with contextlib.suppress(OSError):
        os.rmdir(folder)  # nearly always empty
        return
    with contextlib.suppress(Exception):
        if os.path.exists("/bin/rm"):
            import subprocess  # hardly ever needed

            deadline = time.monotonic() + patience_s
            # A program may have made folders that cannot be listed: without root, chmod has to open them first.
            for command in (["/bin/rm", "-rf"], ["/bin/chmod", "-R", "u+rwx"], ["/bin/rm", "-rf"]):
                if os.path.lexists(folder):
                    subprocess.run(
                        [*command, "--", folder],
                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                        timeout=deadline - time.monotonic(), check=False,
                    )  # fmt: skip
        else:
            import shutil

            shutil.rmtree(folder, ignore_errors=True)
