"""What the stages of a batch leave for each other: files in one folder, and nothing else.

FOLDER/
  results/ID.json     what Gradescope would get for this submission, the very same file
  grades.csv  canvas.csv  report.html
  run/manifest.jsonl  one Entry a line, in the order of all tables
  run/journal.jsonl   one Graded a line, in the order in which they were finished
  run/environment.json  with what was graded: enough to repeat a grade
  run/numbers.json    the number of each submission that was ever in the class
  run/gone/ID.json    results of a submission that is not in the class any more
  run/submissions/    what was unpacked from a zip
  earlier-N/          grades that others have replaced since: as above, but for what was handed in
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
    """Who handed in; whatever is not known is empty. All of it is untrusted text."""

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
    """As results name it; empty if they do not."""


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
    """Its name, where nobody else is named and the id had to be another one, as of letters that are not ASCII."""

    @property
    def called(self) -> str:
        """What it goes by where nobody is named."""
        return self.handed_in_as or self.id

    @property
    def known_as(self) -> set[tuple[str, str]]:
        """Who handed in, as far as a number or else an address says who that is: the same in any submission."""
        known = ((person.sid.strip(), person.email.strip().casefold()) for person in self.people)
        return {("sid", sid) if sid else ("email", email) for sid, email in known if sid or email}

    @classmethod
    def from_json(cls, text: str) -> "Entry":
        """What `as_line` wrote."""
        plain = json.loads(text)
        plain.pop("created_at", None)  # in the manifests of earlier versions
        plain["people"] = tuple(Person(**person) for person in plain["people"])
        plain["notes"] = tuple(plain["notes"])
        stored = plain["stored"]
        if stored is not None:
            # Titles are the same few in all of a class: each is kept once. Earlier versions wrote none.
            cases = {
                number: StoredCase(**{**case, "title": sys.intern(case.get("title", ""))})
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
    """What is wrong, in half a line; the text of it is in the results."""


@dataclass(frozen=True)
class Graded:
    """One submission that is done: its results are on the disk."""

    id: str
    score: float
    seconds: float
    digest: str
    """SHA-256 of the program's text; empty if there was none."""
    found_at: str
    """Where in what was handed in the program was found."""
    cases: tuple[GradedCase, ...]
    staff: tuple[str, ...] = ()
    """Sentences for staff: faults of ours, protections that are missing."""

    @property
    def failed_on(self) -> bool:
        """Whether the grader itself failed on one of its cases."""
        return any(case.outcome == Outcome.GRADER_ERROR.value for case in self.cases)

    @classmethod
    def from_json(cls, text: str) -> "Graded":
        """What `as_line` wrote."""
        plain = json.loads(text)
        plain["cases"] = tuple(GradedCase(**case) for case in plain["cases"])
        plain["staff"] = tuple(plain["staff"])
        return cls(**plain)


def as_line(record: Entry | Graded) -> str:
    """A record as one line of JSON, ASCII, with its end."""
    return json.dumps(asdict(record), ensure_ascii=True, allow_nan=False, separators=(",", ":")) + "\n"


@dataclass(frozen=True)
class Folder:
    """Where a batch keeps everything."""

    path: Path

    @property
    def manifest(self) -> Path:
        """One Entry a line."""
        return self.path / "run" / "manifest.jsonl"

    @property
    def journal(self) -> Path:
        """One Graded a line."""
        return self.path / "run" / "journal.jsonl"

    @property
    def environment(self) -> Path:
        """What was graded with what."""
        return self.path / "run" / "environment.json"

    @property
    def numbers(self) -> Path:
        """By id, the number that a submission has in every report."""
        return self.path / "run" / "numbers.json"

    @property
    def unpacked(self) -> Path:
        """What came out of a zip."""
        return self.path / "run" / "submissions"

    def results(self, identifier: str) -> Path:
        """Gradescope's results.json of one submission."""
        return self.path / "results" / f"{identifier}.json"

    def gone(self, identifier: str) -> Path:
        """Where these are while the submission is not in the class."""
        return self.path / "run" / "gone" / f"{identifier}.json"

    def entries(self) -> Iterator[Entry]:
        """The submissions, in the order of all tables; read from the disk one by one."""
        with self.manifest.open(encoding="ascii") as lines:
            yield from map(Entry.from_json, lines)

    def numbered(self) -> dict[str, int]:
        """Number of each submission that has one."""
        try:
            plain: dict[str, int] = json.loads(self.numbers.read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return {}
        return plain

    def graded(self) -> Iterator[Graded]:
        """What is done, in the order in which it was finished; a line that a crash has spoilt counts for nothing."""
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
    """Write a text file whole or not at all: what was there before stays until the new one is complete.

    Args:
        wait_for_disk: whether that holds for a power cut, too; without it, such may leave an empty file.
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
