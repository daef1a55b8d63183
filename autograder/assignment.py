"""What is graded, read from the instructor's files without running them.

`assignment.toml` names the functions and limits. The cases and their points are read with `ast` from the decorators in
the case files. So the list exists before any case or submission runs, nothing that happens later can shorten it, and
the supervisor needs neither pytest nor NumPy to read it.
"""

import ast
import contextlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from .outcome import Case

VISIBILITIES = ("visible", "hidden", "after_due_date", "after_published")
# Other attributes of `student` in a case: no function may have one of these names.
TAKEN = ("answers", "bind", "unanswered")
ENTRIES = (
    "title", "file", "points", "next_step", "extra_credit", "imports", "limits", "functions", "sides", "under_test",
)  # fmt: skip
# The unchanged file that students download for an extra-credit part. `make starter` stores it next to the part's cases.
DOWNLOAD = "download.txt"
DECORATORS = ("weight", "number", "tags", "visibility", "hide_errors", "partial_credit")


class AssignmentError(Exception):
    """The instructor's files are wrong; the message says which, where, and what to do."""


class Function(NamedTuple):
    """One function a student writes."""

    name: str
    arguments: tuple[str, ...]
    returns: tuple[str, ...]
    stand_ins: tuple[str, ...]
    """Functions that are replaced when a case of this one is tried a second time: the grader answers for them."""
    integers: tuple[str, ...] = ()
    """Arguments that are whole numbers, or arrays of them; all others are float64."""
    shares: float = 1.0
    """Relative share of the run's time: training, for example, gets more than other functions."""

    @property
    def whole(self) -> tuple[int, ...]:
        """Positions of the integer arguments."""
        return tuple(i for i, name in enumerate(self.arguments) if name in self.integers)


# Fraction of an import's or a call's time limit that may be processor time. Gradescope has half a processor: with a
# whole one, an endless loop is stopped after as much work as it could do there.
COMPUTING = 0.5


class Limits(NamedTuple):
    """Limits on memory, and on wall-clock seconds, of which imports and calls may compute a fraction (`COMPUTING`)."""

    call_s: float
    import_s: float
    case_s: float
    run_s: float
    memory_mib: int


class Assignment(NamedTuple):
    """One assignment: what to hand in, what is graded, within which limits."""

    folder: Path
    title: str
    file: str
    points: Decimal
    functions: dict[str, Function]
    limits: Limits
    cases: tuple[Case, ...]
    under_test: dict[str, str]
    """Tag that is not a function -> the function whose mistakes a case with this tag shows."""
    sides: Mapping[str, tuple[str, ...]] = {}
    """Argument -> the names of its sides, in order, for arguments whose sizes have names."""
    imports: tuple[str, ...] = ()
    """Other files of the same submission that this one may import."""
    extra_credit: tuple["Assignment", ...] = ()
    """Further files that may be handed in, each a separate assignment whose points count in addition to this one's."""
    next_step: str = ""
    """What a student is told at home to do next, once every example case passes."""

    @property
    def parts(self) -> tuple["Assignment", ...]:
        """This assignment and its extra-credit parts, each of which is graded separately."""
        return self, *self.extra_credit

    @property
    def every_case(self) -> tuple[Case, ...]:
        """The cases of all parts, in the order in which they are reported."""
        return tuple(case for part in self.parts for case in part.cases)

    def as_json(self) -> str:
        """Return this part as JSON, for a process that needs the same list without reading the files again."""
        plain = {
            **self._asdict(),
            "functions": {name: function._asdict() for name, function in self.functions.items()},
            "limits": self.limits._asdict(),
            "cases": [case._asdict() for case in self.cases],
            "extra_credit": (),
        }
        return json.dumps(plain, default=str)

    @classmethod
    def from_json(cls, text: str) -> "Assignment":
        """Return the assignment that `as_json` wrote."""
        plain = json.loads(text)
        plain["folder"], plain["points"] = Path(plain["folder"]), Decimal(plain["points"])
        plain["limits"] = Limits(**plain["limits"])
        plain["functions"] = {name: Function(**_tuples(entry)) for name, entry in plain["functions"].items()}
        plain["sides"] = _tuples(plain["sides"])
        plain["imports"], plain["extra_credit"] = tuple(plain["imports"]), ()
        plain["cases"] = tuple(Case(**{**_tuples(case), "points": Decimal(case["points"])}) for case in plain["cases"])
        return cls(**plain)

    def function_under_test(self, case: Case) -> Function | None:
        """Return the function that a case is about, or None if it is not about a single one."""
        return self.functions.get(self.under_test.get(case.function, case.function))

    def lent_for(self, case: Case) -> tuple[str, ...]:
        """Return the functions that are replaced when this case is tried a second time: the grader answers for them."""
        function = self.function_under_test(case)
        return () if function is None else function.stand_ins

    def share_s(self, function: Function | None) -> float:
        """Return the seconds that a function's cases may take together, so that no function uses up another's time.

        A tenth of the run's time is left for everything else.
        """
        mine = 1.0 if function is None else function.shares
        return 0.9 * self.limits.run_s * mine / max(mine, self._shares)

    @property
    def _shares(self) -> float:
        """The sum of the shares of all functions that have cases."""
        return sum(one.shares for one in {*map(self.function_under_test, self.cases)} if one is not None)


def _tuples(plain: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in plain.items()}


def load(folder: Path) -> Assignment:
    """Read `assignment.toml` and the declarations in `test_*.py` of `folder`.

    Raises:
        AssignmentError: a file is missing or contradicts itself.
    """
    assignment = _load(folder)
    if assignment.imports and not _is_named_near(folder):
        names = ", ".join(assignment.imports)
        raise AssignmentError(
            f"{folder / 'assignment.toml'}: imports names {names}, but only an extra-credit part can import files, and "
            "only from the parts before it. Remove imports. Or, if this is an extra-credit part, name its folder in "
            "extra_credit of the assignment it belongs to, in the folder above or in one beside it."
        )
    return assignment


def _is_named_near(folder: Path) -> bool:
    """Return whether an assignment in the parent folder, or in a sibling folder, names `folder` as extra credit."""
    folder = folder.resolve()
    for path in (folder.parent / "assignment.toml", *folder.parent.glob("*/assignment.toml")):
        with contextlib.suppress(AssignmentError, TypeError):  # grading that assignment reports what is wrong
            if any((path.parent / name).resolve() == folder for name in _settings(path).get("extra_credit", [])):
                return True
    return False


def _settings(path: Path) -> dict[str, Any]:
    # Imported here because the TOML parser is slow to load, and the session, which gets JSON, does not need it.
    try:
        import tomllib
    except ModuleNotFoundError:  # Python 3.10
        import tomli as tomllib

    try:
        settings: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8-sig"))  # Windows editors add a BOM
    except OSError as error:
        raise AssignmentError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise AssignmentError(f"{path} is not UTF-8 from byte {error.start} on. Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise AssignmentError(f"{path} is not TOML: {error}.") from None
    return settings


def _load(folder: Path) -> Assignment:
    path = folder / "assignment.toml"
    settings = _settings(path)
    try:
        _refuse_unknown(settings, ENTRIES, "the file")
        _refuse_missing(settings, ("title", "file", "points", "limits", "functions"), "the file")
        functions = {name: _function(name, entry) for name, entry in settings["functions"].items()}
        assignment = Assignment(
            folder=folder,
            title=settings["title"],
            file=settings["file"],
            points=Decimal(str(_number(settings, "points"))),
            functions=functions,
            limits=_limits(settings["limits"]),
            cases=tuple(read_cases(folder)),
            under_test=dict(settings.get("under_test", {})),
            sides={name: _texts(settings["sides"], name, " of [sides]") for name in settings.get("sides", {})},
            imports=_texts(settings, "imports"),
            extra_credit=tuple(_extra_credit(folder, settings.get("extra_credit", []))),
            next_step=_text(settings, "next_step"),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise AssignmentError(f"{path}: an entry is missing, unknown, or of the wrong type: {error}.") from None
    for sentence in _contradictions(assignment):
        raise AssignmentError(f"{path}: {sentence}")
    return assignment


def _refuse_unknown(entries: dict[str, Any], known: Sequence[str], where: str) -> None:
    for name in sorted(entries.keys() - set(known)):
        raise ValueError(f"{where} cannot have {name!r}; it can have {', '.join(known)}")


def _refuse_missing(entries: dict[str, Any], needed: Iterable[str], where: str) -> None:
    for name in needed:
        if name not in entries:
            raise ValueError(f"{where} lacks {name!r}")


def _function(name: str, entry: dict[str, Any]) -> Function:
    where = f"[functions.{name}]"
    _refuse_unknown(entry, [field for field in Function._fields if field != "name"], where)
    _refuse_missing(entry, ("arguments", "returns"), where)
    arguments, returns, stand_ins, integers = (
        _texts(entry, one, f" of {name}") for one in ("arguments", "returns", "stand_ins", "integers")
    )
    if not returns:
        raise ValueError(f"returns of {name} is empty, and a function that returns nothing cannot be graded")
    return Function(name, arguments, returns, stand_ins, integers, float(entry.get("shares", 1)))


def _number(entries: dict[str, Any], name: str) -> int | float:
    value = entries[name]
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < math.inf:
        raise ValueError(f"{name} must be a number above 0, not {value!r}")
    return value


def _limits(entries: dict[str, Any]) -> Limits:
    _refuse_unknown(entries, Limits._fields, "[limits]")
    _refuse_missing(entries, Limits._fields, "[limits]")
    for name in entries:
        _number(entries, name)
    if not isinstance(entries["memory_mib"], int):
        raise TypeError(f"memory_mib must be a whole number, not {entries['memory_mib']!r}")
    return Limits(**entries)


def _contradictions(assignment: Assignment) -> Iterator[str]:
    """Yield a sentence about each setting that cannot be intended; most of them would cost students points."""
    for function in assignment.functions.values():
        for what, names, known in (
            ("integers", function.integers, function.arguments),
            ("stand_ins", function.stand_ins, assignment.functions),
        ):
            for name in names:
                if name not in known:
                    kind = "an argument of it" if what == "integers" else "a function of [functions]"
                    yield f"{what} of {function.name} names {name!r}, which is not {kind}."
        if function.name in TAKEN:
            yield f"no function can be named {function.name!r}: `student` already uses that name."
        for what, names in (("arguments", function.arguments), ("returns", function.returns)):
            for name in sorted({name for name in names if names.count(name) > 1}):
                yield f"{what} of {function.name} has {name!r} twice, but cases and messages need different names."
        if function.name in function.stand_ins:
            yield f"stand_ins of {function.name} names itself: students who fail its cases would then pass them."
        if not 0 < function.shares < math.inf:
            yield f"shares of {function.name} must be a number above 0, not {function.shares:g}."
    for tag, name in assignment.under_test.items():
        if name not in list(assignment.functions):
            yield f"[under_test] says that {tag} shows {name!r}, which is not a function of [functions]."
    arguments = {name for function in assignment.functions.values() for name in function.arguments}
    for name in assignment.sides:
        if name not in arguments:
            yield f"[sides] names {name!r}, which is not an argument of any function."
    files = [part.file for part in assignment.parts]
    for file in files:
        if not isinstance(file, str) or Path(file).name != file or not file.endswith(".py"):
            yield f"file must be the name of a Python file without a folder, such as 'homework.py', not {file!r}."
    for number, part in enumerate(assignment.parts):
        if part.file in files[:number]:
            yield f"two parts have the same file, {part.file}."
        for name in part.imports:
            if number and name not in files[:number]:
                yield (
                    f"{part.folder.name} imports {name!r}, which is not the file of a part before it: {files[:number]}."
                )
    seen: dict[tuple[str, str], Path] = {}
    for part in assignment.parts:
        declared = [one for case in part.cases for one in (("number", case.number), ("name", case.id))]
        for what, name in declared:
            if (what, name) in seen:
                yield f"{part.folder} and {seen[what, name]} both have a case with the {what} {name!r}."
        seen.update(dict.fromkeys(declared, part.folder))


def _extra_credit(above: Path, names: Any) -> Iterator[Assignment]:
    if not isinstance(names, list) or not all(
        isinstance(name, str) and _is_apart(above / name, above) for name in names
    ):
        raise ValueError(f"extra_credit must be a list of folder names, relative to {above}, not {names!r}")
    for name in names:
        yield _part(above / name)


def _is_apart(folder: Path, above: Path) -> bool:
    return folder.resolve() not in (above.resolve(), *above.resolve().parents)


def _part(folder: Path) -> Assignment:
    part = _load(folder)
    if part.extra_credit:
        raise AssignmentError(
            f"{folder / 'assignment.toml'}: an extra-credit part cannot have extra credit of its own."
        )
    return part._replace(cases=tuple(case._replace(extra=True) for case in part.cases))


def _text(entry: dict[str, Any], name: str) -> str:
    """Return an entry's string; empty if the entry is missing."""
    value = entry.get(name, "")
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a text in quotes, not {value!r}")
    return value


def _texts(entry: dict[str, Any], name: str, of: str = "") -> tuple[str, ...]:
    """Return an entry's list of strings; empty if the entry is missing."""
    value = entry.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError(f"{name}{of} must be a list of strings, not {value!r}")
    return tuple(value)


def read_cases(folder: Path) -> Iterator[Case]:
    """Yield the declared cases of all `test_*.py` in `folder`, in the order of their files and lines.

    Raises:
        AssignmentError: two cases have the same number or name, or a declaration cannot be read.
    """
    seen: dict[str, str] = {}
    for path in sorted(folder.glob("test_*.py")):
        for case in _cases_of(path):
            if case.id in seen.values():  # Python keeps only the last one, which would count for both
                raise AssignmentError(f"two cases are named {case.id}. Rename one of them.")
            if case.number in seen:
                raise AssignmentError(f"{case.id} and {seen[case.number]} both have number {case.number!r}.")
            seen[case.number] = case.id
            yield case


def _cases_of(path: Path) -> Iterator[Case]:
    try:
        tree = ast.parse(path.read_bytes(), filename=str(path))
    except SyntaxError as error:
        # Python 3.12 and newer name no line where a NUL byte is.
        where = f"{path.name}, line {error.lineno}" if error.lineno else path.name
        raise AssignmentError(f"{where}: {error.msg}.") from None
    except ValueError as error:  # a NUL byte, before that
        raise AssignmentError(f"{path.name} is not Python source: {error}.") from None
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            yield _case(path.name, f"{path.name}::{node.name}", node, {})
        elif isinstance(node, ast.ClassDef):
            outer = _declared(path.name, node)
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef) and inner.name.startswith("test"):
                    yield _case(path.name, f"{path.name}::{node.name}::{inner.name}", inner, outer)


def _case(file: str, identifier: str, node: ast.FunctionDef, outer: dict[str, Any]) -> Case:
    declared = {**outer, **_declared(file, node)}
    # clean=False, because cleaning would import `inspect`.
    title, _, rest = (ast.get_docstring(node, clean=False) or "").strip().partition("\n")
    if not title:
        raise AssignmentError(f"{file}, line {node.lineno}: {node.name} has no docstring; its first line is the title.")
    for needed in ("number", "weight"):
        if needed not in declared:
            raise AssignmentError(f"{file}, line {node.lineno}: {node.name} has no @{needed}.")
    visibility = declared.get("visibility", ("visible",))[0]
    if visibility not in VISIBILITIES:
        raise AssignmentError(
            f"{file}, line {node.lineno}: visibility must be one of {VISIBILITIES}, not {visibility!r}."
        )
    points = declared["weight"][0]
    if isinstance(points, bool) or not isinstance(points, (int, float)) or not 0 <= points < 1e6:
        raise AssignmentError(f"{file}, line {node.lineno}: points must be a number, 0 or more, not {points!r}.")
    hidden = declared.get("hide_errors")
    return Case(
        id=identifier,
        number=str(declared["number"][0]),
        title=title.strip(),
        points=Decimal(str(points)),
        tags=tuple(declared.get("tags", ())),
        visibility=visibility,
        example="example" in declared,
        look=" ".join(rest.split()),
        hidden_message=None if hidden is None else (hidden[0] if hidden else "Test failed"),
    )


def _declared(file: str, node: ast.FunctionDef | ast.ClassDef) -> dict[str, Any]:
    """Return decorator name -> its literal arguments. `partial_credit` counts as `weight`."""
    declared: dict[str, Any] = {}
    for decorator in node.decorator_list:
        marker = decorator.func if isinstance(decorator, ast.Call) else decorator
        # Accept `mark.example`, too, because pytest and the starter do.
        if isinstance(marker, ast.Attribute) and ast.unparse(marker).endswith("mark.example"):
            declared["example"] = ()
        if not (isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name)):
            continue
        name = decorator.func.id
        if name not in DECORATORS:
            continue
        try:
            values = tuple(ast.literal_eval(argument) for argument in decorator.args)
        except ValueError:
            raise AssignmentError(
                f"{file}, line {decorator.lineno}: @{name} of {node.name} needs a literal, not an expression."
            ) from None
        if decorator.keywords or (not values and name not in ("tags", "hide_errors")):
            raise AssignmentError(
                f"{file}, line {decorator.lineno}: @{name} of {node.name} takes a value in parentheses, without a "
                "keyword."
            )
        if name in ("tags", "hide_errors") and not all(isinstance(value, str) for value in values):
            raise AssignmentError(f"{file}, line {decorator.lineno}: @{name} of {node.name} takes strings.")
        declared["weight" if name == "partial_credit" else name] = values
    return declared
