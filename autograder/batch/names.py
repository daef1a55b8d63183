"""Names: of submissions, which become names of files and must be safe everywhere, and of what lies in a zip."""

import hashlib
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable

# Longer names are cut and get a digest. An identifier is at most this, a hyphen and 64 digits long.
MAX_BASE = 40
MAX_PART = 120
# Windows opens a device in the place of a file of such a name, whatever follows the first dot.
DEVICES = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?= *(?:\.|$))", re.IGNORECASE)
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff<>:\"|?*/\\]|[. ]$")


def natural(name: str) -> tuple[list[tuple[bool, int, str]], str]:
    """What to sort by so that `submission_9` comes before `submission_10`."""
    pieces = re.findall(r"([0-9]+)|([^0-9]+)", name.lower())
    return [(bool(text), len(digits.lstrip("0")), digits.lstrip("0") or text) for digits, text in pieces], name


def identifiers(names: Iterable[str]) -> dict[str, str]:
    """Name of what was handed in -> identifier: unique on every disk, whatever the order of the names.

    A plain name is its own identifier. One that had to be changed, or that only differs in the case of letters from
    another, gets a digest of itself; so names in other alphabets stay apart.
    """
    chosen = {name: _short(name) for name in names}
    for longer in (_digested, _fully_digested):
        taken = Counter(chosen[name].lower() for name in chosen)
        chosen = {name: longer(name) if taken[one.lower()] > 1 else one for name, one in chosen.items()}
    return chosen


def _short(name: str) -> str:
    return _base(name) if _base(name) == stem(name) else _digested(name)


def stem(name: str) -> str:
    """A name without the ending that says what kind of submission it is."""
    return re.sub(r"\.(?:py|zip|ipynb)$", "", name, flags=re.IGNORECASE)


def _base(name: str) -> str:
    """ASCII letters, digits, hyphens, underscores and dots, without an accent, never a device or hidden."""
    plain = unicodedata.normalize("NFKD", stem(name)).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-._")[:MAX_BASE].rstrip("-._")
    return f"s-{plain}"[:MAX_BASE].rstrip("-._") if not plain or DEVICES.match(plain) else plain


def _digested(name: str) -> str:
    # A Mac stores letters with accents as two: the same name has the same identifier wherever it comes from.
    return f"{_base(name)}-{_digest(unicodedata.normalize('NFC', name))[:8]}"


def _fully_digested(name: str) -> str:
    # Longer than any identifier without it, so that none of those can be the same.
    return f"{_base(name)}-{_digest(name)}"


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()


def safe_names(names: Iterable[str], first: Collection[str]) -> dict[str, str]:
    """Names in one folder -> names that every disk can hold side by side.

    Letters that some system refuses become hyphens, which cannot turn a name into that of a Python module; of names
    that only differ in the case of letters all but one get a number.

    Args:
        names: without folders.
        first: the names that are left alone.
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
        # Four bytes a letter at most: what is left always fits.
        name = stem[: MAX_PART // 8] + "-" + _digest(name)[:8] + ending[:8]
    return f"-{name}" if DEVICES.match(name) else name
