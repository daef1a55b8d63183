"""The files through which the stages of a batch communicate. All are in one folder, and the stages share nothing else.

FOLDER/
  results/ID.json     the same file that Gradescope would get for this submission
  grades.csv  canvas.csv  report.html
  run/manifest.jsonl  one Entry per line, in the order of all tables
  run/journal.jsonl   one Graded per line, in the order in which they were finished
  run/environment.json  what the class was graded with: enough to repeat a grade
  run/numbers.json    the number of each submission that was ever in the class
  run/gone/ID.json    results of a submission that is no longer in the class
  run/submissions/    what was unpacked from a zip
  earlier-N/          grades that have been replaced since: as above, without run/numbers.json and run/submissions/
"""

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ..outcome import Outcome


@dataclass(frozen=True)
class Person:
    """Somebody who handed in. Unknown fields are empty; all of them are untrusted text."""

    name: str = ""
    sid: str = ""
    email: str = ""
    section: str = ""
    numbered_by_canvas: bool = False
    """Whether the sid is Canvas's own number, and not the university's."""


@dataclass(frozen=True)
class StoredCase:
    """What an earlier grading gave for one case."""

    score: float
    outcome: str | None = None
    mistake: str | None = None
    title: str = ""
    """The case's title in the results; empty if they have none."""


@dataclass(frozen=True)
class Stored:
    """An earlier grade: of the export, or of an earlier run."""

    score: float | None
    """None where it was never graded."""
    cases: dict[str, StoredCase]
    """By number of the case."""


@dataclass(frozen=True)
class Entry:
    """One submission as it was handed in."""

    id: str
    """Unique, and safe as the name of a file."""
    path: str
    """The file or folder to grade, absolute; empty if there is none."""
    people: tuple[Person, ...] = ()
    """Several for a group; none where nobody is named."""
    problem: str = ""
    """Why there is nothing to grade, in a sentence for the student."""
    notes: tuple[str, ...] = ()
    """Sentences for staff: what was odd about it."""
    stored: Stored | None = None
    problems: dict[str, str] = field(default_factory=dict)
    """By file, where several may be handed in: why this one cannot be graded, in a sentence for the student."""
    handed_in_as: str = ""
    """The submission's name, if no person is known and the id differs from it, as for letters that are not ASCII."""

    @property
    def called(self) -> str:
        """What to call the submission if no person is known."""
        return self.handed_in_as or self.id

    @property
    def known_as(self) -> set[tuple[str, str]]:
        """Keys for the people who handed in, by number or else by address; the same in all their submissions."""
        known = ((person.sid.strip(), person.email.strip().casefold()) for person in self.people)
        return {("sid", sid) if sid else ("email", email) for sid, email in known if sid or email}

    @classmethod
    def from_json(cls, text: str) -> "Entry":
        """Read what `as_line` wrote."""
        plain = _known(cls, json.loads(text))
        plain["people"] = tuple(Person(**_known(Person, person)) for person in plain["people"])
        plain["notes"] = tuple(plain["notes"])
        stored = plain["stored"]
        if stored is not None:
            # A class has few different titles, so each is kept once. Earlier versions wrote none.
            cases = {
                number: StoredCase(**{**_known(StoredCase, case), "title": sys.intern(case.get("title", ""))})
                for number, case in stored["cases"].items()
            }
            plain["stored"] = Stored(stored["score"], cases)
        return cls(**plain)


@dataclass(frozen=True)
class GradedCase:
    """How one case went, beyond what the results say."""

    number: str
    outcome: str
    seconds: float
    summary: str = ""
    """What is wrong, in half a line; the full text is in the results."""


@dataclass(frozen=True)
class Graded:
    """One finished submission, whose results are on disk."""

    id: str
    score: float
    seconds: float
    digest: str
    """SHA-256 of the program's text, or of why there was none; see `jobs.Job.digest`."""
    cases: tuple[GradedCase, ...]
    staff: tuple[str, ...] = ()
    """Sentences for staff: faults of ours, protections that are missing."""

    @property
    def failed_on(self) -> bool:
        """Whether the grader itself failed on one of its cases."""
        return any(case.outcome == Outcome.GRADER_ERROR.value for case in self.cases)

    @classmethod
    def from_json(cls, text: str) -> "Graded":
        """Read what `as_line` wrote."""
        plain = _known(cls, json.loads(text))
        plain["cases"] = tuple(GradedCase(**_known(GradedCase, case)) for case in plain["cases"])
        plain["staff"] = tuple(plain["staff"])
        return cls(**plain)


def _known(kind: type[Any], plain: dict[str, Any]) -> dict[str, Any]:
    """Return the entries that a record has; other versions, whose grades are compared with ours, may write more."""
    return {name: plain[name] for name in kind.__dataclass_fields__ if name in plain}


def as_line(record: Entry | Graded) -> str:
    """Return a record as one line of ASCII JSON, with its newline."""
    return json.dumps(asdict(record), ensure_ascii=True, allow_nan=False, separators=(",", ":")) + "\n"


@dataclass(frozen=True)
class Folder:
    """The folder where a batch keeps everything."""

    path: Path

    @property
    def manifest(self) -> Path:
        """One Entry per line."""
        return self.path / "run" / "manifest.jsonl"

    @property
    def journal(self) -> Path:
        """One Graded per line."""
        return self.path / "run" / "journal.jsonl"

    @property
    def environment(self) -> Path:
        """What the class was graded with."""
        return self.path / "run" / "environment.json"

    @property
    def numbers(self) -> Path:
        """By id, the number that a submission has in every report."""
        return self.path / "run" / "numbers.json"

    @property
    def unpacked(self) -> Path:
        """What was unpacked from a zip."""
        return self.path / "run" / "submissions"

    def results(self, identifier: str) -> Path:
        """Gradescope's results.json of one submission."""
        return self.path / "results" / f"{identifier}.json"

    def gone(self, identifier: str) -> Path:
        """Where the results are while the submission is not in the class."""
        return self.path / "run" / "gone" / f"{identifier}.json"

    def entries(self) -> Iterator[Entry]:
        """Yield the submissions, in the order of all tables, reading them from disk one by one."""
        with self.manifest.open(encoding="ascii") as lines:
            yield from map(Entry.from_json, lines)

    def numbered(self) -> dict[str, int]:
        """Return the number of each submission that has one, by id."""
        try:
            plain: dict[str, int] = json.loads(self.numbers.read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return {}
        sound = isinstance(plain, dict) and all(isinstance(number, int) for number in plain.values())
        return plain if sound else {}

    def graded(self) -> Iterator[Graded]:
        """Yield what is done, in the order in which it was finished; skip lines that a crash has damaged."""
        try:
            lines = self.journal.open(encoding="ascii", errors="replace")
        except FileNotFoundError:
            return
        with lines:
            for line in lines:
                if not line.endswith("\n"):
                    return
                try:
                    one = Graded.from_json(line)
                except (ValueError, KeyError, TypeError):
                    continue
                yield one

    def results_of(self, identifier: str) -> dict[str, Any]:
        """The content of one results.json."""
        plain: dict[str, Any] = json.loads(self.results(identifier).read_text(encoding="ascii"))
        return plain


def write_whole(path: Path, text: str, *, wait_for_disk: bool = True) -> None:
    """Write a text file whole or not at all: the old file stays until the new one is complete.

    Args:
        wait_for_disk: whether that also holds for a power cut, which may otherwise leave an empty file.
    """
    temporary = path.with_name(path.name + ".new")
    try:
        with open(temporary, "w", encoding="utf-8", newline="") as opened:
            opened.write(text)
            opened.flush()
            if wait_for_disk:
                os.fsync(opened.fileno())
        os.replace(temporary, path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
