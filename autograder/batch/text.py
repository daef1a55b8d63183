"""Text that came from students and exports, made harmless for files and pages. Escaping is the template's business."""

import re

# What can hide or reorder text: controls, direction marks and overrides, and halves of characters, which no file can
# hold. Tabs and line ends stay.
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def shown(text: str) -> str:
    """For a page: what could hide or reorder it becomes a visible replacement character."""
    return _UNFIT.sub("\ufffd", text.replace("\r\n", "\n"))


def line(text: str, most: int = 200) -> str:
    """For a line of a page or a terminal: the same, on one line, and cut."""
    words = " ".join(shown(text).split())
    return words if len(words) <= most else words[: most - 3] + "..."


def stored(text: str) -> str:
    """For a table: all of it but what UTF-8 or a reader of CSV cannot take."""
    return _UNSTORABLE.sub("\ufffd", text)


def number(value: float) -> str:
    """A number of points as one writes it: two decimals at most, none that say nothing."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value != round(value) else f"{value:.0f}"


def count(many: int, thing: str, things: str = "") -> str:
    """`1 student`, `2 students`."""
    return f"{many:,} {thing if many == 1 else things or thing + 's'}"


def named(parts: list[str], most: int = 10) -> str:
    """The first few of a list, and how many more there are."""
    more = len(parts) - most
    return ", ".join(parts[:most]) + (f" and {more:,} more" if more > 0 else "")
