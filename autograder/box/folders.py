"""Folders that submissions read and write: who may walk to them, and how they are removed whatever is in them."""

import contextlib
import os
import stat
import time

PATIENCE_S = 10.0


def temporary() -> str:
    """The temporary folder. Root's workers are users of their own, and of a file in /root/tmp none of them finds the
    name: if it lies in a folder that is closed to others, another one that is not, where there is one.
    """
    import tempfile  # a worker has no use for it

    usual = tempfile.gettempdir()
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return usual
    return next((folder for folder in (usual, "/tmp", "/var/tmp") if _is_usable(folder)), usual)  # noqa: S108


def _is_usable(folder: str) -> bool:
    """Whether it is there, and everybody can walk to it; what root may do says nothing of others."""
    try:
        return is_open(os.path.realpath(folder)) and os.access(folder, os.W_OK)
    except OSError:
        return False


def is_open(folder: str) -> bool:
    """Whether everybody may walk to a folder, along a path without links.

    Raises:
        OSError: it is not there.
    """
    while os.stat(folder).st_mode & stat.S_IXOTH:
        folder, below = os.path.dirname(folder), folder
        if folder == below:
            return True
    return False


def remove(folder: str, patience_s: float = PATIENCE_S) -> None:
    """Remove `folder` and all below it.

    By rm(1) where there is one: shutil.rmtree recurses, and a thousand folders inside each other end it in a
    RecursionError. What cannot be removed in time, as from a disk that is busy, is left to whoever removes the folder
    around it.
    """
    with contextlib.suppress(OSError):
        os.rmdir(folder)  # nearly always empty
        return
    with contextlib.suppress(Exception):
        if os.path.exists("/bin/rm"):
            import subprocess  # hardly ever needed

            deadline = time.monotonic() + patience_s
            # A program may have made folders that may not be listed: their own user has to open them first.
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
