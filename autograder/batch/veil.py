"""Hide the names and numbers of students in texts, for a page that can be shown to others.

Messages come from students' programs, file names from students and platforms: either may contain a name or a number.
Texts are read word by word, ignoring accents and whatever separates the words, so that `Zoë Bell`, `bell_zoe` and
`zoe.bell@school.edu` are found by the same rule. A name of a single word is hidden only in texts of the students who
have it, and not if it is a word of the assignment: Max may be a student, and also a function.
"""

import re
import unicodedata
from collections.abc import Iterable

from .names import stem
from .records import Entry, Person

HIDDEN = "[hidden]"
_WORD = re.compile(r"[^\W_]+")
# Shorter ones are too common to search for: a student with the number 7 is not found in "7 of 15 entries".
SHORTEST = 4
SHORTEST_NAME = 3
SHORTEST_JOINED = 6


class Veil:
    """Knows everybody who handed in, and hides them in texts."""

    def __init__(self, entries: Iterable[Entry], vocabulary: str) -> None:
        """
        Args:
            entries: whom to hide.
            vocabulary: texts of the assignment, whose words are not names.
        """
        self._common = set(_words(vocabulary))
        self._phrases: dict[str, set[tuple[str, ...]]] = {}
        self._seen: dict[str, str] = {}
        for entry in entries:
            # A folder may be called neural_network: then every text contains its id.
            phrases = [phrase for phrase in _numbers(entry) if not self._common.issuperset(phrase)]
            # A single word counts only if it is not a word of the assignment: it is two names put together.
            phrases += [phrase for phrase in _phrases(entry) if len(phrase) > 1 or phrase[0] not in self._common]
            for phrase in phrases:
                self._phrases.setdefault(phrase[0], set()).add(phrase)

    def hide(self, text: str, entry: Entry | None = None) -> str:
        """Return `text` with everybody hidden.

        Args:
            entry: the submission the text belongs to; single words of its students' names are hidden, too.
        """
        hidden = self._seen.get(text)
        if hidden is None:
            hidden = self._seen[text] = self._hide_phrases(unicodedata.normalize("NFC", text))
        return hidden if entry is None else self._hide_own(hidden, entry)

    def _hide_phrases(self, text: str) -> str:
        found = [(match.start(), match.end(), _plain(match.group())) for match in _WORD.finditer(text)]
        pieces, done, index = [], 0, 0
        while index < len(found):
            longest = 0
            for phrase in self._phrases.get(found[index][2], ()):
                if tuple(word for _, _, word in found[index : index + len(phrase)]) == phrase:
                    longest = max(longest, len(phrase))
            if longest:
                pieces += [text[done : found[index][0]], HIDDEN]
                done = found[index + longest - 1][1]
            index += longest or 1
        return "".join([*pieces, text[done:]])

    def _hide_own(self, text: str, entry: Entry) -> str:
        own = {word for person in entry.people for word in _words(f"{person.name} {person.email.partition('@')[0]}")}
        own.update("".join(name) for person in entry.people for name in _names(person))
        own.update(_words(stem(entry.handed_in_as)))
        own = {word for word in own - self._common if len(word) >= SHORTEST_NAME or not word.isascii()}
        plain = _plain(text)
        if not any(word in plain for word in own):
            return text

        def hide(match: re.Match[str]) -> str:
            word = _plain(match.group())
            # A longer name may be part of a word, as in `lovelacehw1`, unless the word is the assignment's.
            within = any(one in word for one in own if len(one) >= SHORTEST or not one.isascii())
            return HIDDEN if word in own or (within and word not in self._common) else match.group()

        return _WORD.sub(hide, text)


def _words(text: str) -> list[str]:
    return [_plain(word) for word in _WORD.findall(unicodedata.normalize("NFC", text))]


def _plain(text: str) -> str:
    """Return text in lower case and without accents, as people write their names in file names."""
    text = text.casefold()
    if text.isascii():
        return text
    return "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))


def _numbers(entry: Entry) -> Iterable[tuple[str, ...]]:
    """Yield, word by word, the ids and numbers of a submission and of those who handed it in."""
    for number in (entry.id, stem(entry.handed_in_as), *(person.sid for person in entry.people)):
        if len("".join(_words(number))) >= SHORTEST:
            yield tuple(_words(number))


def _phrases(entry: Entry) -> Iterable[tuple[str, ...]]:
    """Yield, word by word, the names and email addresses of those who handed it in."""
    for person in entry.people:
        if address := _words(person.email):
            yield tuple(address)
        yield from _names(person)


def _names(person: Person) -> Iterable[tuple[str, ...]]:
    words = _words(person.name)
    if len(words) < 2:
        return
    for some in (words, [words[0], words[-1]]):
        for order in (some, [some[-1], *some[:-1]]):
            yield tuple(order)
            if len("".join(order)) >= SHORTEST_JOINED:
                yield ("".join(order),)
