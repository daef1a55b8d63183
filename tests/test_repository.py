"""The project's rules that a machine can check: imports, points, layout, what students may see."""

import ast
import os
import re
import sys
from pathlib import Path

import pytest

from autograder import assignment as assignments
from autograder.authoring import bundle, maintain
from autograder.authoring.leaks import leaks

from .conftest import load

ROOT = Path(__file__).resolve().parents[1]
ENGINE = ROOT / "autograder"

# Module -> the modules of ours that it may import. A line uses only lines above it, so imports run one way.
MAY_IMPORT = {
    "__init__": {"mistake", "tolerance"},
    "box": set(),
    "outcome": set(),
    "order": {"outcome"},
    "mistake": set(),
    "tolerance": set(),
    "submission": {"assignment"},
    "launch": set(),
    "replay": {"mistake"},
    "causes": {"newer"},
    "newer": set(),
    "compare": {"tolerance"},
    "deferred": set(),
    "assignment": {"outcome"},
    "backend": {"assignment", "outcome"},
    "answering": {"backend", "box"},
    "conversation": {"answering", "assignment", "backend", "box", "outcome", "submission"},
    "sandbox": {"assignment", "backend", "box", "conversation", "launch"},
    "student": {"assignment", "backend", "compare", "tolerance"},
    "feedback": {"assignment", "backend", "causes", "compare", "mistake", "outcome", "student", "submission"},
    "explain": {"assignment", "backend", "feedback", "mistake", "outcome", "student"},
    "naming": {"assignment", "compare", "mistake", "outcome", "student", "tolerance"},
    "plugin": {"assignment", "backend", "explain", "feedback", "mistake", "naming", "order", "outcome", "student",
               "submission"},
    "rehearsal": {"assignment", "backend", "mistake", "plugin", "student"},
    "importing": {"assignment", "backend", "conversation", "outcome", "sandbox", "submission"},
    "session": {"answering", "assignment", "backend", "box", "causes", "deferred", "explain", "feedback",
                "importing", "mistake", "naming", "outcome", "plugin", "rehearsal", "replay", "sandbox", "student",
                "submission"},
    "refused": set(),
    "in_process": {"assignment", "backend", "box", "refused", "submission"},
    "home": {"assignment", "backend", "feedback", "in_process", "mistake", "newer", "order", "outcome", "plugin",
             "replay", "submission"},
    "gradescope": {"order", "outcome"},
    "deeds": set(),
    "doctor": {"assignment", "backend", "box", "deeds", "launch", "sandbox", "submission"},
    "place": {"assignment", "launch"},
    "preload": set(),
    "grade": {"assignment", "box", "launch", "outcome", "place", "preload", "submission"},
    "terminal": {"gradescope", "order", "outcome"},
    "batch": {"assignment", "box", "grade", "gradescope", "launch", "outcome", "place", "submission"},
    "authoring": {"assignment", "backend", "compare", "in_process", "mistake", "outcome", "plugin", "replay", "session",
                  "submission"},
    "commands": {"assignment", "authoring", "backend", "batch", "doctor", "grade", "gradescope", "outcome", "place",
                 "submission", "terminal"},
    "__main__": {"assignment", "commands", "launch", "place", "session", "submission"},
}  # fmt: skip
HEAVY = {"numpy", "pytest", "scipy", "matplotlib", "sklearn", "rich", "jinja2", "safetensors", "hypothesis"}
# Modules that load no third-party package, because they run before or without the rest.
LIGHT = {"__init__", "__main__", "assignment", "authoring/__init__", "authoring/bundle", "commands", "grade", "launch",
         "order", "outcome", "place", "preload", "submission", "terminal", "tolerance"}  # fmt: skip
# Modules of authoring/ that import nothing of ours but each other: setup comes first, and the starter judges the rest.
ALONE = {"bootstrap": set(), "regions": set(), "examples": {"regions"}, "leaks": {"regions"}, "weights": {"regions"},
         "wheel": {"examples", "regions"}, "starter": {"examples", "leaks", "regions", "weights", "wheel"}}  # fmt: skip


def imports(path):
    """Yield the top-level names of the modules that a file imports, ours as `.name`."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield (node.module or "").partition(".")[0]
        elif isinstance(node, ast.ImportFrom):
            yield from (
                ["." + node.module.partition(".")[0]] if node.module else ["." + alias.name for alias in node.names]
            )


def room(path):
    """Return the name of a module, or of the folder that it is in."""
    relative = path.relative_to(ENGINE)
    return relative.parts[0] if len(relative.parts) > 1 else relative.stem


ENGINE_FILES = sorted(ENGINE.rglob("*.py"))


@pytest.mark.parametrize("path", ENGINE_FILES, ids=lambda path: path.relative_to(ENGINE).as_posix())
def test_engine_imports_run_one_way(path):
    """Each module imports only what the table allows. A new import must be added there, in view of the whole graph."""
    own = room(path)
    ours = {name[1:] for name in imports(path) if name.startswith(".")}
    if own in ("authoring", "batch", "box", "gradescope", "naming"):
        folder = {file.stem for file in (ENGINE / own).glob("*.py")}
        ours -= folder
    assert ours <= MAY_IMPORT[own]


def test_table_of_imports_has_no_circle():
    """Following the table downward always ends."""
    left = {name: set(below) for name, below in MAY_IMPORT.items()}
    while left:
        ground = [name for name, below in left.items() if not below & set(left)]
        assert ground, f"a circle among {sorted(left)}"
        for name in ground:
            del left[name]


def test_bundle_has_no_module_that_only_those_left_out_import():
    """What works only at home or in a class is of no use on Gradescope."""
    left_out = {name.removesuffix(".py") for name in bundle.STAYS_HERE}
    needed, waiting = set(), ["__init__", "__main__"]
    while waiting:
        needed.add(name := waiting.pop())
        waiting += MAY_IMPORT[name] - needed - left_out
    assert needed == MAY_IMPORT.keys() - left_out


@pytest.mark.parametrize("name", sorted(LIGHT))
def test_light_modules_load_nothing_heavy(name):
    """The supervisor starts in milliseconds, because it needs only the standard library."""
    assert not HEAVY & set(imports(ENGINE / f"{name}.py"))


@pytest.mark.parametrize("name", ALONE)
def test_set_up_and_starter_need_the_standard_library_alone(name):
    """They import each other in one direction: bootstrap runs before any installation, the others judge the engine."""
    allowed = sys.stdlib_module_names | {f".{one}" for one in ALONE[name]}
    assert set(imports(ENGINE / "authoring" / f"{name}.py")) <= allowed


def test_no_code_reaches_across_the_layers():
    """solution/ and the starter need only NumPy; the engine knows neither them nor the cases."""
    allowed = {"numpy"} | set(sys.stdlib_module_names)
    assert set(imports(ROOT / "solution" / "neural_network.py")) <= allowed
    shipped = ROOT / "solution" / "starter"
    ours = {"lesson"} | {f".{path.stem}" for path in (shipped / "lesson").glob("*.py")} | {".HOME"}
    for path in shipped.rglob("*.py"):
        assert set(imports(path)) <= allowed | ours | {"pytest", "neural_network", "matplotlib", "IPython"}
    own = {path.stem for path in (ROOT / "tests" / "cases").glob("*.py")}
    for path in (ROOT / "tests" / "cases").glob("*.py"):
        assert set(imports(path)) <= allowed | own | {"pytest", "autograder", "gradescope_utils"}


def test_worker_side_imports_nothing_of_ours_but_the_box():
    """box/ is the only code of ours that shares a process with a submission."""
    third_party = {"numpy", "safetensors", "py_landlock", "pyseccomp"}
    for path in (ENGINE / "box").glob("*.py"):
        names = {name for name in imports(path) if not name.startswith(".")}
        assert names <= third_party | set(sys.stdlib_module_names)


def test_numbers_are_in_order_and_all_cases_visible():
    """Gradescope sorts by number, which must give the handout's order."""
    assignment = assignments.load(ROOT / "tests" / "cases")
    numbers = [tuple(map(int, case.number.split("."))) for case in assignment.every_case]
    assert numbers == sorted(numbers)
    for case in assignment.every_case:
        assert len(case.tags) == 1
        assert case.visibility == "visible", "one hidden test hides every student's total"


def test_settings_that_do_not_add_up_are_out_of_step():
    """Points of the cases and time limits must add up: a grading that Gradescope stops would be our fault."""
    parts = assignments.load(ROOT / "tests" / "cases")
    assert list(maintain.out_of_bounds(parts, ROOT)) == []
    slow = parts._replace(points=parts.points + 1, limits=parts.limits._replace(run_s=300))
    assert list(maintain.out_of_bounds(slow, ROOT)) == [
        "The cases of neural_network.py add up to 100 points, but tests/cases/assignment.toml says 101.",
        "run_s adds up to 540 seconds, but Gradescope stops grading after 540. Lower it in "
        "tests/cases/assignment.toml or tests/cases/extensions/assignment.toml.",
    ]
    assert list(maintain.out_of_bounds(parts._replace(points=parts.points - 1), ROOT)) == [
        "The cases of neural_network.py add up to 100 points, but tests/cases/assignment.toml says 99."
    ]
    [extra] = parts.extra_credit
    assert list(maintain.out_of_bounds(parts._replace(extra_credit=(extra._replace(points=10),)), ROOT)) == [
        "The cases of extensions.py add up to 20 points, but tests/cases/extensions/assignment.toml says 10."
    ]
    script = (ROOT / "autograder" / "gradescope" / "run_autograder").read_text(encoding="utf-8")
    assert f" {maintain.GRADESCOPE_S} " in script


def test_top_level_names_carry_the_design():
    """There are seven names, besides those that tools expect."""
    expected = {"starter", "solution", "autograder", "tests", "datasets", "Makefile", "README.md"}
    expected |= {"pyproject.toml", "requirements.txt", "LICENSE", "docs"}
    made = {"dist"}
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith((".", "__pycache__"))}
    assert found - made == expected


def test_scripts_of_the_bundle_can_run():
    """They are executable, with LF and a shebang; otherwise Gradescope's build ends in an exec format error."""
    for name in ("setup.sh", "run_autograder"):
        path = ROOT / "autograder" / "gradescope" / name
        content = path.read_bytes()
        assert content.startswith(b"#!")
        assert b"\r" not in content
        assert sys.platform == "win32" or os.access(path, os.X_OK)


def test_scripts_of_the_bundle_know_no_assignment():
    """An assignment made from docs/new-assignment.md uses the same scripts on Gradescope, including their trial run."""
    files = [part.file for part in assignments.load(ROOT / "tests" / "cases").parts]
    for name in ("setup.sh", "run_autograder"):
        script = (ROOT / "autograder" / "gradescope" / name).read_text(encoding="utf-8")
        assert [file for file in files if file in script] == []


def test_every_module_has_its_place_in_the_map():
    """Whoever looks for something in the engine finds each module, or its folder, in one row of docs/design.md."""
    page = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    rows = page.partition("## The modules")[2].partition("\n## ")[0]
    cells = [row.split("|")[1] for row in rows.splitlines() if row.startswith("| `")]
    listed = re.findall(r"`(\w+)/?`", "".join(cells))
    assert sorted(listed) == sorted({room(path) for path in ENGINE_FILES} - {"__init__", "__main__"})


def test_names_in_the_pages_exist():
    """A page that says `module.name` of the engine names something that a reader finds there."""
    modules = {path.stem: path.read_text(encoding="utf-8") for path in ENGINE_FILES}
    missing = []
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for module, name in re.findall(r"`(?:\w+/)?(\w+)\.(\w+)[`(]", page.read_text(encoding="utf-8")):
            is_file = name in ("csv", "html", "json", "py", "zip")
            if module in modules and not is_file and not re.search(rf"\b{name}\b", modules[module]):
                missing.append(f"{page.name}: {module}.{name}")
    assert missing == []


# Brackets keep these patterns from finding themselves. Nothing is renamed whose name is in grades of earlier runs.
BRITISH = re.compile(
    r"colou[r]|behaviou[r]|neighbou[r]|(?:vector|normal|recogn|initial|optim|summar)i[s](?:e|ing)|\blabelle[d]\b"
    r"|signalle[d]|\bgre[y]\b|centr[e]\b|licen[c]e|judgemen[t]|learn[t]\b|\b(?:mis)?spel[t]\b",
    re.IGNORECASE,
)
IN_GRADES = re.compile("right_vectorised|vectorised_scalar_functions|forward_multi.normalised")


def test_spelling_is_american():
    """Identifiers and labels of tables are spelled like the sentences around them."""
    found = []
    for folder in ("autograder", "docs", "solution", "tests"):
        for path in (ROOT / folder).rglob("*"):
            written_here = "submissions" not in path.parts and "made" not in path.parts
            if written_here and path.suffix in (".py", ".md", ".j2", ".sh", ".toml"):
                text = IN_GRADES.sub("", path.read_text(encoding="utf-8"))
                found += [f"{path.relative_to(ROOT)}: {word}" for word in BRITISH.findall(text)]
    assert found == []


def test_sentences_that_name_a_mistake_give_no_answer_away():
    """Students read them besides the starter, so the leak gate applies to them too."""
    mistakes = load(ROOT / "tests" / "cases" / "mistakes.py").MISTAKES
    solution = (ROOT / "solution" / "neural_network.py").read_text(encoding="utf-8")
    assert leaks(solution, {mistake.identifier: mistake.sentence for mistake in mistakes}) == []
    assert len({mistake.identifier for mistake in mistakes}) == len(mistakes)
    assert all(mistake.identifier.startswith(f"{mistake.function}.") for mistake in mistakes)
