"""Your functions at work while a page watches: one thread that learns, a board on which it hangs its pictures.

    pages --commands--> Trainer.inbox --> the one Trainer thread --pictures--> Board --> any number of streams

The trainer alone calls your functions and touches the Learner, so that a click cannot change the points in the
middle of a step. What it hangs up is text that nobody changes any more; the streams only read.
"""

import contextlib
import importlib
import json
import queue
import sys
import threading
import time
from pathlib import Path
from typing import NamedTuple

from . import HOME
from .functions import TASKS, Stop, plain
from .learner import PACES, UNUSED, Learner
from .replay import Recorder
from .watch import WatchedManyOutputs, WatchedNetwork, place_in

PICTURE_S = 1 / 25  # between two pictures of a fast program,
SLOW_PICTURE_S = 1 / 7  # and of a slow one
LOOK_S = 0.3  # between two looks at the files that students write
PATIENCE_S = 3.0  # after which we say that a function has not returned


class Hanging(NamedTuple):
    """What is on the board: the picture and the notice as JSON, and how often something was hung up."""

    number: int
    picture: str
    notice: str
    ended: str


class Board:
    """The last picture, a notice beside it, and who is looking."""

    def __init__(self):
        """Nothing is there yet."""
        self._changed = threading.Condition()
        self._hanging = Hanging(0, "", "null", "")
        self.pages = 0
        self.left_at = None  # when the last page went

    def hang(self, **what):
        """Hang up a picture, a notice, or the sentence with which it all ended."""
        with self._changed:
            if any(getattr(self._hanging, name) != text for name, text in what.items()):
                self._hanging = self._hanging._replace(number=self._hanging.number + 1, **what)
                self._changed.notify_all()

    def newer_than(self, number, patience_s):
        """What hangs there, as soon as it is newer; after some seconds what hangs there anyway."""
        with self._changed:
            self._changed.wait_for(lambda: self._hanging.number > number, patience_s)
            return self._hanging

    @contextlib.contextmanager
    def page(self):
        """Somebody looks."""
        with self._changed:
            self.pages += 1
            self.left_at = None
        try:
            yield
        finally:
            with self._changed:
                self.pages -= 1
                if not self.pages:
                    self.left_at = time.monotonic()

    def deserted(self, patience_s):
        """Whether there were pages, and all have been closed for a while: one that is loaded again comes back."""
        with self._changed:
            return self.left_at is not None and time.monotonic() - self.left_at > patience_s


class Trainer(threading.Thread):
    """The thread that learns."""

    def __init__(self, board, settings):
        """Begin with the settings; `start` it, then put commands into the inbox."""
        super().__init__(name="trainer", daemon=True)
        self.board = board
        self.inbox = queue.Queue(maxsize=1000)
        self._recorder = Recorder()
        self._learner = Learner(WatchedNetwork(), settings, many=WatchedManyOutputs())
        self._running = False
        self._problem = None
        self._picture_s = 0.0  # what the last picture cost
        self._loaded = {}  # what the files looked like when they were loaded
        self._changed, self._looked_at = "", 0.0  # the file that has been saved again
        self._last = self._nothing_yet()

    @property
    def network(self):
        """The functions that are at work."""
        return self._learner.network

    def run(self):
        """Learn, and hang up pictures, until the program ends."""
        try:
            self._load()
            while True:
                self._turn()
        except BaseException as error:
            self.board.hang(
                ended="classify2d.py has stopped, because of a bug or because your functions ended it in an unexpected "
                f"way: {type(error).__name__}: {plain(error)}. If this happens again, tell your instructor."
            )

    def notice(self):
        """Which function of yours has not returned for some seconds, and where it is, as JSON; null when all is well.

        Any thread may ask.
        """
        doing = self.network.doing
        if doing is None or time.monotonic() - doing[1] < PATIENCE_S:
            return "null"
        name, since = doing
        file, line = place_in(self.ident)
        return json.dumps({"name": name, "seconds": int(time.monotonic() - since), "file": file, "line": line})

    def film(self):
        """What a replay shows; None before the first picture. Any thread may ask."""
        answer = queue.Queue()
        self.inbox.put_nowait({"do": "film", "answer": answer})
        return answer.get(timeout=PATIENCE_S)

    # ---------------------------------------------------------------------------------------------- one turn

    def _turn(self):
        begin = time.perf_counter()
        told = self._take_commands(wait_s=0 if self._running else LOOK_S)
        told |= self._look_at_files()
        if self._running:
            self._attempt(self._learn, begin)
        elif not told:
            return
        self._show()
        if self._running:
            time.sleep(max(0.0, begin + PICTURE_S - time.perf_counter()))

    def _learn(self, begin):
        """As many steps as fit between two pictures, and at least one."""
        picture_s, now = self._picture_s, time.perf_counter()
        until = begin + max(PICTURE_S - picture_s, min(SLOW_PICTURE_S - picture_s, 3 * picture_s))
        for _ in range(PACES[self._learner.settings.pace]):
            self._learner.climb()
            self._learner.measure()
            before, now = now, time.perf_counter()
            if now + (now - before) > until:
                break

    def _show(self):
        begin = time.perf_counter()
        picture = None if self._problem else self._attempt(self._learner.picture)
        self._picture_s = time.perf_counter() - begin
        if picture:
            self._last = picture
            self._recorder.see(picture, self._learner.told_curve())
        self._hang(self._last | self._learner.scene())

    def _hang(self, picture):
        self.board.hang(
            picture=json.dumps(
                picture
                | {
                    "curve": self._learner.told_curve(),
                    "running": self._running,
                    "changed": self._changed,
                    "problem": self._problem,
                    "advice": self._learner.advice(),
                },
                separators=(",", ":"),
                allow_nan=False,
            )
        )

    def _attempt(self, what, *arguments):
        """Do what calls your functions; a Stop pauses the training and is shown."""
        try:
            return what(*arguments) or True
        except Stop as stop:
            self._problem = {"title": self._where(stop), "text": str(stop)}
            self._running = False
            return None

    def _where(self, stop):
        title = "Training stopped" if self._learner.steps else "Training cannot start"
        if stop.where:
            return f"{title}: look at {stop.where}"
        # A result that is no good has no line of its own; its function has one.
        name = str(stop).partition(" ")[0]
        code = getattr(getattr(self.network.functions, name, None), "__code__", None)
        file = Path(code.co_filename).name if code else None
        if file not in TASKS:
            return title
        return f"{title}: look at {name}, which begins at line {code.co_firstlineno} of {file}"

    # ---------------------------------------------------------------------------------------------- commands

    def _take_commands(self, wait_s):
        """Do what pages have asked for meanwhile; returns whether there was anything."""
        taken = False
        with contextlib.suppress(queue.Empty):
            command = self.inbox.get(timeout=wait_s) if wait_s else self.inbox.get_nowait()
            while True:
                self._do(command)
                taken = True
                command = self.inbox.get_nowait()
        return taken

    def _do(self, command):
        learner, name = self._learner, command["do"]
        if name == "load":
            self._load()
        elif name in ("run", "pause"):
            self._running = name == "run" and not self._problem
        elif name == "once":
            self._running = False
            if not self._problem:
                self._attempt(learner.climb)
        elif name == "restart":
            learner.choose(seed=learner.settings.seed + 1)
        elif name in ("data", "hidden", "step", "pace"):
            before, paused = self.network, not self._running and not self._problem
            learner.choose(**{name: command["value"]})
            if self.network is not before:
                # Other functions of the student's, which may have other mistakes; and no old picture fits these points.
                self._last = self._nothing_yet()
                self._load()
                self._running = self._running and not paused
        elif name == "add":
            learner.add(command["x1"], command["x2"], command["label"])
        elif name == "remove":
            learner.remove(command["x1"], command["x2"])
        elif name == "clear":
            learner.clear()
        elif name == "film":
            command["answer"].put(self._recorder.film())

    def _load(self):
        """Read what students write, for the first time or again, and go on learning with the weights there are."""
        self._problem, self._changed = None, ""
        self._loaded = self._looks()
        # Python would take a saved file for an old one if both are of the same second and of the same size.
        sys.dont_write_bytecode = True
        for file in TASKS:
            sys.modules.pop(Path(file).stem, None)
        importlib.invalidate_caches()
        self._learner.look_again()
        self._running = bool(self._attempt(self.network.load_all_written, UNUSED))
        self._show()

    def _nothing_yet(self):
        return self._learner.scene() | {"network": None, "logistic": None}

    def _look_at_files(self):
        """Whether a file that is at work has just been saved again."""
        now = time.monotonic()
        if self._changed or now - self._looked_at < LOOK_S:
            return False
        self._looked_at = now
        looks = self._looks()
        self._changed = next((file for file in looks if looks[file] != self._loaded[file]), "")
        return bool(self._changed)

    def _looks(self):
        return {file: _looks_of(HOME / file) for file in self.network.FILES}


def _looks_of(path):
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
