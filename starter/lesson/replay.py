"""The page of classify2d.py, live or as a replay: one template, and for a replay the pictures inside it."""

import json

from . import pages

TEMPLATE = "classify2d.html"
ALLOWED = "connect-src 'self'; img-src data:; "  # to ask whoever sent it
ROOM = 320_000  # bytes for the pictures of a replay: it is to travel by mail
GROWTH = 0.08  # Between two pictures the steps grow by this share: most happens in the first ones.


class Recorder:
    """Keeps some of the pictures it sees: close together at first, and never more than there is room for."""

    def __init__(self, room=ROOM):
        """Nothing seen yet."""
        self._room = room
        self._forget()

    def see(self, picture, curve):
        """Keep the picture if its time has come; `curve` is how the log likelihoods came to it."""
        settings = {name: picture["settings"][name] for name in ("data", "hidden", "seed")}
        if settings != self._settings or picture["steps"] < self._last["steps"]:
            self._forget()
            self._settings = settings
        if self.is_due(picture["steps"]):
            self._kept.append((picture, len(json.dumps(picture))))
            while len(self._kept) > 2 and sum(size for _, size in self._kept) > self._room:
                self._kept = self._kept[::2]
                self._growth *= 2
            self._next = picture["steps"] + max(1, round(self._growth * picture["steps"]))
        self._last, self._curve = picture, curve

    def is_due(self, steps):
        """Whether a picture after so many steps would be kept."""
        return steps >= self._next

    def film(self):
        """The pictures that were kept and the last one, ready for JSON; None before the first."""
        pictures = [picture for picture, _ in self._kept]
        if not pictures:
            return None
        if pictures[-1]["steps"] == self._last["steps"]:
            pictures.pop()  # Points may have come since.
        return {"pictures": [*_without_repeated_points([*pictures, self._last])], "curve": self._curve}

    def _forget(self):
        self._kept, self._curve, self._settings, self._last = [], [], None, None
        self._next, self._growth = 0, GROWTH


def _without_repeated_points(pictures):
    before = None
    for picture in pictures:
        yield {name: value for name, value in picture.items() if name != "points" or value != before}
        before = picture["points"]


def page(film=None):
    """The page as text: without a film it asks the server for pictures."""
    return pages.filled(pages.read(TEMPLATE), ALLOWED, film=film)


def policy():
    """What the page may do."""
    return pages.policy(pages.read(TEMPLATE), ALLOWED)
