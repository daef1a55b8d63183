"""Which modules are loaded before a worker is forked: those that a submission names."""

import re
import sys

# Loading these runs a program or a test suite.
UNWANTED = re.compile(r"\.(?:__|tests?\b)")
# Word in a program -> modules that a library loads only when that feature is used.
LOADED_WHEN_USED = {
    "argparse": "locale shutil _colorize",  # the last since Python 3.14
    "unittest": "locale shutil",
    "memmap": "mmap",
    "mmap_mode": "mmap",
    "load": "zipfile",
    "savez": "zipfile",
    "savez_compressed": "zipfile",
    **dict.fromkeys(("savetxt", "loadtxt", "genfromtxt", "fromregex"), "urllib.parse"),
    "strptime": "_strptime",
    "ThreadPoolExecutor": "concurrent.futures.thread",
    "ProcessPoolExecutor": "concurrent.futures.process",
}
# The modules that write figures in vector formats.
FIGURE_FILES = ["matplotlib.backends.backend_pdf", "matplotlib.backends.backend_svg", "encodings.utf_16_be"]
# Parts of NumPy that it loads only when they are used.
NUMPY_PARTS = ("ctypeslib", "fft", "ma", "polynomial", "random", "testing")
SCIPY_PARTS = (
    "constants", "differentiate", "fft", "integrate", "interpolate", "linalg", "optimize", "signal", "sparse",
    "special", "stats",
)  # fmt: skip
# Loading these has a visible effect (a browser, a window, a poem), or is of no use for numbers.
NEVER_PRELOADED = {
    "antigravity",
    "this",
    "idlelib",
    "turtle",
    "turtledemo",
    "tkinter",
    "test",
    "__main__",
    "site",
    "lib2to3",
}


def preload(text: str) -> list[str]:
    """Return the modules to load before the fork because the submission's text names them.

    The text is only searched for names; none of it is run. Loading libraries anew for each case would be slow. Modules
    of the standard library must be preloaded where the worker's user may not read the interpreter's folder and Landlock
    is missing, too: without Landlock, `box.late` does not find modules in such a folder.
    """
    words = set(re.findall(r"[A-Za-z_]\w*", text))
    names = [f"numpy.{part}" for part in NUMPY_PARTS if part in words]
    if "scipy" in words:
        names += ["scipy"] + [f"scipy.{part}" for part in SCIPY_PARTS if part in words]
    if words & {"matplotlib", "pylab"}:
        names += ["matplotlib", "matplotlib.pyplot", "matplotlib.backends.backend_agg"]
        names += ["matplotlib.pylab"] if "pylab" in words else []
        names += FIGURE_FILES if "savefig" in words else []
    known = sys.stdlib_module_names - NEVER_PRELOADED
    names += [name for name in sorted(_dotted(text)) if name.partition(".")[0] in known and not UNWANTED.search(name)]
    if "import *" in text:
        names += [f"numpy.{part}" for part in (*NUMPY_PARTS, "f2py")] + ["argparse", "unittest.mock"]
    names += [module for word, modules in LOADED_WHEN_USED.items() if word in words for module in modules.split()]
    return names + sorted(words & known)


def _dotted(text: str) -> set[str]:
    """Return at most 100 names such as logging.handlers, from `import logging.handlers` and `from logging import ...`.

    Limited, because a text may be crafted to hold any number of names, and these go into the settings of a process.
    """
    found = set(re.findall(r"\b[A-Za-z_]\w{0,31}(?:\.[A-Za-z_]\w{0,31}){1,3}\b", text)[:100])
    imports = r"^[ \t]*from[ \t]+([\w.]{1,64})[ \t]+import[ \t]+\(?([\w, \t]{1,400})"
    for package, parts in re.findall(imports, text, re.MULTILINE)[:100]:
        found.update(f"{package}.{part}" for part in re.findall(r"\b\w{1,32}\b", parts)[:20])
        if len(found) > 100:
            break
    return set(sorted(found)[:100])
