"""Safe names: for submissions, whose identifiers become file names on any system, and for the files in a zip."""

import hashlib
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable

# Longer names are cut and get a digest. An identifier has at most MAX_BASE characters, a hyphen and 64 digits.
MAX_BASE = 40
MAX_PART = 120
# Windows opens a device instead of a file with such a name, whatever follows the first dot.
DEVICES = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?= *(?:\.|$))", re.IGNORECASE)
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff<>:\"|?*/\\]|[. ]$")


def natural(name: str) -> tuple[list[tuple[bool, int, str]], str]:
    """Return a sort key that puts `submission_9` before `submission_10`."""
    pieces = re.findall(r"([0-9]+)|([^0-9]+)", name.lower())
    return [(bool(text), len(digits.lstrip("0")), digits.lstrip("0") or text) for digits, text in pieces], name


def identifiers(names: Iterable[str]) -> dict[str, str]:
    """Map each submission's name to an identifier that is unique on every file system, whatever the order of the names.

    A plain name is its own identifier. A name that had to be changed, or that differs from another only in upper and
    lower case, gets a digest of itself; so names in other alphabets stay apart.
    """
    chosen = {name: _short(name) for name in names}
    for longer in (_digested, _fully_digested):
        taken = Counter(chosen[name].lower() for name in chosen)
        chosen = {name: longer(name) if taken[one.lower()] > 1 else one for name, one in chosen.items()}
    return chosen


def _short(name: str) -> str:
    return _base(name) if _base(name) == stem(name) else _digested(name)


def stem(name: str) -> str:
    """Return a name without the extension of a submission (.py, .zip or .ipynb)."""
    return re.sub(r"\.(?:py|zip|ipynb)$", "", name, flags=re.IGNORECASE)


def _base(name: str) -> str:
    """Reduce a name to ASCII letters, digits, hyphens, underscores and dots; never a device or a hidden file."""
    plain = unicodedata.normalize("NFKD", stem(name)).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-._")[:MAX_BASE].rstrip("-._")
    return f"s-{plain}"[:MAX_BASE].rstrip("-._") if not plain or DEVICES.match(plain) else plain


def _digested(name: str) -> str:
    # macOS stores an accented letter as two characters; with NFC, a name has the same identifier from any system.
    return f"{_base(name)}-{_digest(unicodedata.normalize('NFC', name))[:8]}"


def _fully_digested(name: str) -> str:
    # Longer than any identifier without the full digest, so that it cannot equal one of those.
    return f"{_base(name)}-{_digest(name)}"


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()


def safe_names(names: Iterable[str], first: Collection[str]) -> dict[str, str]:
    """Map the names in one folder to names that every file system can hold side by side.

    Characters that some system refuses become hyphens, which cannot turn a name into that of a Python module. Of names
    that differ only in upper and lower case, all but one get a number.

    Args:
        names: without folders.
        first: the names to keep unchanged.
    """
    taken: set[str] = set()
    safe = {}
    for name in sorted(names, key=lambda name: (name not in first, name)):
        base, dot, ending = _safe_name(name).partition(".")
        candidate, number = base + dot + ending, 1
        while candidate.lower() in taken:
            number += 1
            candidate = f"{base}-{number}{dot}{ending}"
        taken.add(candidate.lower())
        safe[name] = candidate
    return safe


def _safe_name(name: str) -> str:
    name = _UNSAFE.sub("-", unicodedata.normalize("NFC", name))
    if len(os.fsencode(name)) > MAX_PART:
        stem, ending = os.path.splitext(name)
        # A character takes at most four bytes, so what is left always fits.
        name = stem[: MAX_PART // 8] + "-" + _digest(name)[:8] + ending[:8]
    return f"-{name}" if DEVICES.match(name) else name
