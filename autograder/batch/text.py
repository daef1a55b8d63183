"""Text from students and exports, made harmless for files and pages. Escaping is left to the template."""

import re

# Characters that can hide or reorder text: control characters, marks of direction and width, tags, letters that are
# invisible, and lone surrogates, which no file can hold. Tabs and newlines stay, and so do the joiners of Arabic and
# Hindi.
_UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ud800-\udfff\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
# More than three marks on a letter reach into adjacent lines; Vietnamese has two, Hebrew with accents three.
_MARK = "[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]"
_STACKED = re.compile(f"({_MARK}{{3}}){_MARK}+")
# A table keeps most of these, but not what controls a terminal, where somebody may look at it, nor lone surrogates.
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

# A number this large cannot be points, but another grader may have let a program store it. Its 300 digits would push
# everything else off the page.
MOST_IN_DIGITS = 1e9


def shown(text: str) -> str:
    """Return text for a page: what could hide or reorder it becomes a visible replacement character."""
    return _STACKED.sub(r"\1", _UNFIT.sub("\ufffd", text.replace("\r\n", "\n")))


def line(text: str, most: int = 200) -> str:
    """Return text for a line of a page or a terminal: as `shown`, on one line, and cut."""
    words = " ".join(shown(text).split())
    return words if len(words) <= most else words[: most - 3] + "..."


def stored(text: str) -> str:
    """Return text for a table: all of it except what UTF-8, a CSV reader or a terminal cannot take."""
    return _UNSTORABLE.sub("\ufffd", text)


def number(value: float) -> str:
    """Return points as people write them: two decimals at most, without trailing zeros."""
    if abs(value) >= MOST_IN_DIGITS:
        return f"{value:.0e}"
    return f"{value:.2f}".rstrip("0").rstrip(".") if value != round(value) else f"{value:.0f}"


def count(many: int, thing: str, things: str = "") -> str:
    """`1 student`, `2 students`."""
    return f"{many:,} {thing if many == 1 else things or thing + 's'}"


def named(parts: list[str], most: int = 10, between: str = ", ") -> str:
    """The first few of a list, and how many more there are."""
    more = len(parts) - most
    return between.join(parts[:most]) + (f" and {more:,} more" if more > 0 else "")
