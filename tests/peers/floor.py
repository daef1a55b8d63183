"""The lower bound for any grader: the bodies alone in one process, without reports; and the cost of a fork.

python floor.py           run every body on the neural_network.py beside this file; print how many ms they took
python floor.py --fork    print how many ms it takes to fork a process that holds NumPy, and to see its end
"""

import os
import sys
import time

FORKS = 200

if sys.argv[1:] == ["--fork"]:
    import numpy as np  # noqa: F401, the child gets a copy of its page tables

    started = time.perf_counter()
    for _ in range(FORKS):
        child = os.fork()
        if child == 0:
            os._exit(0)
        os.waitpid(child, 0)
    print((time.perf_counter() - started) * 1000 / FORKS)
else:
    import neural_network
    from bodies import CASES

    started = time.perf_counter()
    for body in CASES.values():
        body(neural_network)
    print((time.perf_counter() - started) * 1000)
