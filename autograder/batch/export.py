"""`submission_metadata.yml` of a Gradescope export: who handed in what, and the grades it got there.

Its format is not documented. What is known: it maps folders to submissions; keys begin with a colon (they are Ruby
symbols), except in the stored results; and any of them can be missing, null or something else. The stored outputs make
the file large, so it is read as a stream of events, one submission at a time, and only what is needed is kept. No
object is ever constructed: tags, which Ruby writes, are ignored, and an alias is a reference to the value that was
read, so that aliases of aliases take no memory. Text without quotes stays text, so a student's number keeps its leading
zeros.
"""

import math
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from ..submission import shown_name
from .records import Person, Stored, StoredCase
from .sources import NotAClass, few

NAME = "submission_metadata.yml"
MAX_FILE_BYTES = 1 << 30  # 10,000 submissions with 20 kB of output and four earlier attempts each
MAX_NESTING = 64
MAX_ANCHORS = 100_000
MAX_TEXT = 200
WITHOUT_IT = f"Export the assignment again, or remove {NAME} to grade the folders without names."

_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")


class Plain(str):
    """Text without quotes, which may be a number."""

    __slots__ = ()


@dataclass(frozen=True)
class About:
    """What the file says about one submission."""

    people: tuple[Person, ...] = ()
    stored: Stored | None = None
    notes: tuple[str, ...] = ()


def read(stream: BinaryIO) -> Iterator[tuple[str, About]]:
    """Yield the name of each folder or PDF and what the file says about it, in the order of the file.

    Raises:
        NotAClass: the file is not YAML, not a mapping, or made to fill the memory.
    """
    try:
        import yaml
    except ImportError:
        raise NotAClass(
            f"Reading {NAME} needs PyYAML, which is not installed. Install it (pip install PyYAML), "
            f"or remove {NAME} to grade the folders without names."
        ) from None
    line = 1

    def events() -> Iterator[Any]:
        nonlocal line
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C needs libyaml and is ten times as fast
        for event in yaml.parse(_Bounded(stream), Loader=loader):
            line = event.end_mark.line + 1 if event.end_mark else line
            yield event

    try:
        for name, value in _pairs(events()):
            if isinstance(name, str):
                yield name, _about(value)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"in line {mark.line + 1}, column {mark.column + 1}" if mark else f"after line {line}"
        raise NotAClass(f"{NAME} is damaged {where}: {error.problem or error.context}. {WITHOUT_IT}") from None
    except (yaml.YAMLError, UnicodeError) as error:  # characters that YAML does not allow: these errors have no line
        what = getattr(error, "reason", None) or "unknown letters"
        raise NotAClass(f"{NAME} is damaged after line {line}: {what}. {WITHOUT_IT}") from None


class _Bounded:
    """A file that raises NotAClass when it is longer than any class can make it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._left = MAX_FILE_BYTES

    def read(self, size: int = -1) -> bytes:
        content = self._stream.read(size if size >= 0 else self._left + 1)
        self._left -= len(content)
        if self._left < 0:
            raise NotAClass(f"{NAME} has more than {MAX_FILE_BYTES >> 20} MiB. {WITHOUT_IT}")
        return content


def _pairs(events: Iterator[Any]) -> Iterator[tuple[Any, Any]]:
    """Yield the keys and values of the file's top-level mapping."""
    import yaml

    nodes = _Nodes(events)
    for event in events:
        if isinstance(event, yaml.MappingStartEvent):
            break
        if isinstance(event, (yaml.NodeEvent, yaml.StreamEndEvent)):
            raise NotAClass(f"{NAME} is not what Gradescope writes: it has no list of submissions. {WITHOUT_IT}")
    for event in events:
        if isinstance(event, yaml.MappingEndEvent):
            return
        yield nodes.read(event), nodes.read(next(events))


class _Nodes:
    """Builds dictionaries, lists and texts from events, without recursion, which a hostile file could exhaust."""

    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events
        self._anchors: dict[str, Any] = {}

    def read(self, event: Any) -> Any:
        """The value that begins with `event`."""
        import yaml

        # Each frame: the values found in it so far, and the container that they go into when it ends.
        frames: list[tuple[list[Any], dict[str, Any] | list[Any]]] = [([], [])]
        while True:
            if isinstance(event, yaml.CollectionStartEvent):
                container: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
                self._name(event, container)
                frames[-1][0].append(container)
                frames.append(([], container))
                if len(frames) > MAX_NESTING:
                    self._refuse(event, f"it is nested more than {MAX_NESTING} deep")
            elif isinstance(event, yaml.CollectionEndEvent):
                found, container = frames.pop()
                if isinstance(container, dict):
                    # Of equal keys, the first counts; a key with a colon equals the same key without one.
                    for key, value in reversed(list(zip(found[::2], found[1::2]))):
                        if isinstance(key, str):
                            container[key.removeprefix(":")] = value
                else:
                    container += found
            elif isinstance(event, yaml.AliasEvent):
                frames[-1][0].append(self._anchors.get(event.anchor or ""))
            else:
                frames[-1][0].append(self._scalar(event))
            if len(frames) == 1:
                return frames[0][0][0]
            event = next(self._events)

    def _scalar(self, event: Any) -> str | None:
        text: str | None = event.value if event.style else Plain(event.value)
        if not event.style and event.value in ("", "~", "null", "Null", "NULL"):
            text = None
        self._name(event, text)
        return text

    def _name(self, event: Any, value: Any) -> None:
        if event.anchor:
            self._anchors[event.anchor] = value
            if len(self._anchors) > MAX_ANCHORS:
                self._refuse(event, f"it has more than {MAX_ANCHORS} anchors")

    def _refuse(self, event: Any, why: str) -> None:
        mark = event.start_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}"
        raise NotAClass(f"{NAME} is not what Gradescope writes: in {where}, {why}. {WITHOUT_IT}")


def _about(value: Any) -> About:
    """Return what is needed about one submission."""
    if not isinstance(value, dict):
        return About(notes=(f"{NAME} says nothing about it.",))
    notes: list[str] = []
    people = tuple(_people(value.get("submitters"), notes))
    if not people:
        notes.append(f"{NAME} does not say whose it is.")
    return About(people, _stored(value, notes), few(notes))


def _people(value: Any, notes: list[str]) -> Iterator[Person]:
    most = 50
    listed = value if isinstance(value, list) else []
    if len(listed) > most:
        notes.append(f"It has {len(listed)} submitters; only the first {most} are kept.")
    for one in listed[:most]:
        if isinstance(one, dict):
            name, sid, email, section = (_text(one.get(key)) for key in ("name", "sid", "email", "section_name"))
            person = Person(name, sid, email, section)
            if person != Person():
                yield person


def _text(value: Any) -> str:
    return str(value)[:MAX_TEXT] if isinstance(value, str) else ""


def _stored(value: dict[str, Any], notes: list[str]) -> Stored:
    """Return the grade that Gradescope shows for a submission."""
    results = value.get("results")
    results = results if isinstance(results, dict) else {}
    given = value.get("score")
    score = _score(results.get("score") if given is None else given, "score", notes)
    if value.get("status") not in (None, "processed"):
        status = shown_name(_text(value.get("status")))
        without = ", so there is no earlier grade to compare with" if score is None else ""
        notes.append(f"Gradescope did not finish grading it (status: {status}){without}.")
    tests = results.get("tests")
    cases: dict[str, StoredCase] = {}
    for test in tests if isinstance(tests, list) else []:
        number = _text(test.get("number")) if isinstance(test, dict) else ""
        if not number or number in cases:
            continue
        points = _score(test.get("score"), f"score of {shown_name(number)}", notes)
        extra = test.get("extra_data")
        extra = extra if isinstance(extra, dict) else {}
        if points is not None:
            outcome, mistake = _text(extra.get("outcome")) or None, _text(extra.get("mistake")) or None
            cases[number] = StoredCase(points, outcome, mistake, sys.intern(_text(test.get("name"))))
    return Stored(score, cases)


def _score(value: Any, what: str, notes: list[str]) -> float | None:
    """Return a finite number that has no quotes in the file; None for anything else, with a note unless it is null."""
    if value is None:
        return None
    if isinstance(value, Plain) and _NUMBER.fullmatch(value) and math.isfinite(float(value)):
        return float(value)
    notes.append(f"The stored {what} is not a number and is ignored.")
    return None
