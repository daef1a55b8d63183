"""Remove a folder that a submission has filled: whatever is in it, and without ever raising."""

import contextlib
import os

# Half of what the grader waits for the zygote, which does this between two cases.
PATIENCE_S = 10.0


def remove(folder: str) -> None:
    """Remove `folder` and all below it.

    By rm(1) where there is one: shutil.rmtree recurses, and a thousand folders inside each other end it in a
    RecursionError. What cannot be removed in time is left to whoever cleans the temporary folder.
    """
    with contextlib.suppress(OSError):
        os.rmdir(folder)  # nearly always empty
        return
    with contextlib.suppress(Exception):
        if os.path.exists("/bin/rm"):
            import subprocess  # hardly ever needed

            # A program may have made folders that may not be listed: their own user has to open them first.
            for command in (["/bin/chmod", "-R", "u+rwx"], ["/bin/rm", "-rf"]):
                subprocess.run(
                    [*command, "--", folder],
                    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                    timeout=PATIENCE_S / 2, check=False,
                )  # fmt: skip
        else:
            import shutil

            shutil.rmtree(folder, ignore_errors=True)
