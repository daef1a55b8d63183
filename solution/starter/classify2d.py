"""Watch your own network learn to tell circles from squares in a plane.

    python classify2d.py                       opens a page in your browser; Ctrl-C, or closing the page, ends it
    python classify2d.py --data spiral         begin with other points: circle, xor, spiral, linear, own
    python classify2d.py --data arms           extra credit: three classes, blobs or arms, by your extensions.py
    python classify2d.py --replay              no server: trains, and writes a page that shows how it went

Nothing in this file needs to be changed, and nothing in it is graded. Your `forward` and `backprop` do the work:
plain gradient ascent, with the inputs 1, x1 and x2. The gradient is a sum over the points, so the step size is
divided by their number n; the same step size then means the same for 10 points and for 200.
"""

import argparse
import contextlib
import math
import os
import sys
import threading
import time
import webbrowser
from pathlib import Path

if not Path(__file__).with_name("lesson").is_dir():
    sys.exit("classify2d.py needs the folder lesson beside it. Unpack the whole download, and start it there.")

from lesson import HOME, pages
from lesson.console import Progress, run, say
from lesson.functions import Stop
from lesson.learner import STEPS, UNITS, UNUSED, Learner, Settings
from lesson.live import Board, Trainer
from lesson.plane import DATA
from lesson.replay import Recorder, page
from lesson.server import Server
from lesson.watch import WatchedManyOutputs, WatchedNetwork, patience

GRACE_S = 3.0  # after the last page was closed: one that is loaded again comes back at once
SIDE = 32  # fields along the edge of a picture in a replay
KEPT = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500)  # steps whose line stays on the terminal


def main():
    """Teach and show; returns the exit status."""
    options = _options()
    settings = Settings(options.data, options.hidden, options.step, options.seed)
    return replay(settings, options) if options.replay else live(settings, options)


def live(settings, options):
    """Serve the page until Ctrl-C, or until the last page is closed."""
    board = Board()
    trainer = Trainer(board, settings)
    server = Server(options.port, board, trainer)
    server.start()
    trainer.start()
    try:
        say("", "Your network is learning on this page:", "")
        print(f"  {server.address}")  # in one piece, on whatever console
        say("", "The address works on this computer only. To stop: close the page, or press Ctrl-C here.")
        sys.stdout.flush()
        if not options.no_open and pages.has_browser():
            # In a thread of its own: some browsers do not return before they are closed.
            threading.Thread(target=webbrowser.open, args=(server.address_once,), daemon=True).start()
        while not board.deserted(GRACE_S):
            board.hang(notice=trainer.notice())
            time.sleep(0.2)
    finally:
        board.hang(ended="classify2d.py has ended.")
        time.sleep(0.1)  # for the pages to hear of it
        server.stop()
    say("", "The last page was closed, so this has ended.")
    return 0


def replay(settings, options):
    """Train without a page, and write one that shows how it went."""
    if settings.data == "own":
        raise Stop("A replay needs points. To place your own, run `python classify2d.py --data own`.")
    learner = Learner(WatchedNetwork(), settings, side=SIDE, many=WatchedManyOutputs())
    with patience(learner.network):
        learner.network.load_all_written(UNUSED)
        return film(learner, settings, options)


def film(learner, settings, options):
    """Train, and write what happened into a page; returns the exit status."""
    recorder, many = Recorder(), learner.classes > 2
    say("", f"Data {settings.data}: {len(learner.y)} points; {settings.hidden} hidden units, step size {settings.step}")
    say("", f"steps  {'squared error' if many else 'log likelihood':>14}  right")
    progress, begin, last = Progress(sys.stdout), time.monotonic(), False
    try:
        while not last:
            last = learner.steps >= options.steps or time.monotonic() - begin > options.seconds
            learner.measure()
            if last or learner.steps in KEPT or recorder.is_due(learner.steps):
                picture = learner.picture()
                recorder.see(picture, learner.told_curve())
                progress.show(_line(picture), keep=last or learner.steps in KEPT)
            if not last:
                learner.climb()
    finally:
        progress.close()
    if learner.steps < options.steps:
        say(f"Stopped after {options.seconds:g} s. For more steps: --seconds {2 * options.seconds:g}")
    path = Path(options.file or HOME / "trained" / f"classify2d-{settings.data}.html").absolute()
    pages.write(page(recorder.film()), path)
    if picture["logistic"].get("right") is not None:
        other = "The same without a hidden layer" if many else "Logistic regression, which has no hidden layer,"
        say("", f"{other} gets {picture['logistic']['right']:.0%} right.")
    if learner.advice():
        say("", learner.advice())
    say("", "Open this address in a browser:", "")
    print(f"  {path.as_uri()}")  # in one piece, and in letters that every console has
    return 0


def _line(picture):
    reached, right = picture["network"]["score"], picture["network"]["right"]
    if reached is None:
        reached = -math.inf if picture["classes"] == 2 else math.inf
    return f"{picture['steps']:5d}  {reached:14.2f}  {right:5.0%}"


def _leave(status):
    """End now, whatever your functions are doing: a thread in an endless loop can only be left behind."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)


def _options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    first = Settings()
    parser.add_argument("--data", choices=DATA, default=first.data, help=f"the points to begin with, {first.data}")
    parser.add_argument("--hidden", type=int, default=first.hidden, metavar="N", help=f"hidden units, {first.hidden}")
    parser.add_argument("--step", type=float, default=first.step, metavar="SIZE", help=f"step size, {first.step:g}")
    parser.add_argument("--seed", type=int, default=first.seed, metavar="N", help=f"of the first weights, {first.seed}")
    page_of = parser.add_argument_group("the page")
    page_of.add_argument("--no-open", action="store_true", help="only print the address")
    page_of.add_argument("--port", type=int, default=0, metavar="N", help="where to listen; any free port")
    film = parser.add_argument_group("the replay")
    film.add_argument("--replay", action="store_true", help="no server: train, and write a page to keep")
    film.add_argument("--steps", type=int, default=600, metavar="N", help="steps uphill, 600")
    film.add_argument("--seconds", type=float, default=30, metavar="S", help="time they may take, 30")
    film.add_argument("--file", metavar="NAME", help="where to write it; trained/classify2d-<data>.html")
    options = parser.parse_args()
    if not 1 <= options.hidden <= UNITS:
        parser.error(f"--hidden takes a whole number from 1 to {UNITS}")
    if not STEPS[0] <= options.step <= STEPS[1]:
        parser.error(f"--step takes a number from {STEPS[0]:g} to {STEPS[1]:g}")
    if not 0 <= options.seed < 2**31 or not 0 <= options.port < 2**16:
        parser.error("--seed and --port take whole numbers of at least 0; a port is below 65536")
    if not 1 <= options.steps <= 10**6 or not 0 < options.seconds < 10**6:
        parser.error("--steps and --seconds take numbers above 0")
    return options


if __name__ == "__main__":
    _leave(run(main))
