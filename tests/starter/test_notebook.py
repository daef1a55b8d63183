"""The notebook, run cell by cell as in Jupyter, in a student's unpacked folder."""

import io
import json
import os
import subprocess
import sys
import zipfile

import pytest

from .conftest import SOLUTION, without_matplotlib

# Runs the cells from standard input in one process, with a stand-in for the parts of IPython that they use.
KERNEL = """
import json, sys, types

pages, magics = [], {}
shell = types.SimpleNamespace(register_magic_function=lambda f, kind: magics.update({f.__name__: (f, kind)}))
display = types.SimpleNamespace(display=lambda page, raw: pages.append(page["text/html"]))
sys.modules["IPython"] = types.SimpleNamespace(get_ipython=lambda: shell, display=display)
sys.modules["IPython.display"] = display
uploaded = sys.argv[1:]
if uploaded:
    files = types.SimpleNamespace(upload=lambda: {"starter.zip": open(uploaded[0], "rb").read()})
    sys.modules["google"] = types.SimpleNamespace()
    sys.modules["google.colab"] = types.SimpleNamespace(files=files)
names = {}
for cell in json.load(sys.stdin):
    print(f"--- {cell.splitlines()[0]}", flush=True)
    if cell.startswith("%%"):
        first, _, rest = cell.partition("\\n")
        magic, kind = magics[first.strip("%")]
        assert kind == "cell"
        magic("", rest)
    else:
        exec(compile(cell, "cell", "exec"), names)
print("PAGES", json.dumps(pages))
"""


@pytest.fixture(scope="module")
def cells(starter_files):
    """Return the code cells of the notebook from the download."""
    notebook = json.loads(starter_files["notebook.ipynb"])
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


@pytest.fixture
def folder(starter_files, tmp_path):
    """Return an unpacked download."""
    for name, data in starter_files.items():
        path = tmp_path / "Meine Übung" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path / "Meine Übung"


def run(folder, cells, *arguments):
    done = subprocess.run(
        [sys.executable, "-c", KERNEL, *arguments],
        input=json.dumps(cells),
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        # Disable the pytest plugins of our environment: hypothesis alone takes longer to load than the checks take.
        env={name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV_"))}
        | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        | without_matplotlib(folder),
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def with_solution(cells):
    return [f"%%neural_network\n{SOLUTION}" if cell.startswith("%%neural_network") else cell for cell in cells]


@pytest.mark.slow
def test_every_cell_runs_with_the_stubs_and_says_what_to_do(folder, cells):
    said = run(folder, cells[:7])
    assert "This cell is now neural_network.py." in said
    assert said.count("to do ") == 11
    assert "There is nothing to train yet:" in said
    assert not list(folder.glob("before-*.py"))


@pytest.mark.slow
def test_notebook_with_the_functions_written_checks_trains_and_shows_both_pages(folder, cells):
    said = run(folder, with_solution(cells))
    assert "What was in neural_network.py is kept in before-001.py." in said
    assert "raise NotImplementedError" in (folder / "before-001.py").read_text(encoding="utf-8")
    assert said.count("Both networks learned.") == 1
    assert "All hidden units have stayed equal" in said.replace("\n", " ")
    assert "11 passed" in said
    pages = json.loads(said.partition("PAGES ")[2])
    assert len(pages) == 2
    assert all(page.startswith('<iframe srcdoc="') and "&lt;canvas" in page for page in pages)


KEEP = """
import contextlib, io
with contextlib.redirect_stdout(io.StringIO()) as told:
    train()
print(ascii(told.getvalue()))
"""


@pytest.mark.slow
def test_letters_that_a_program_prints_arrive_in_the_notebook(folder, cells, monkeypatch):
    """A pipe on Windows has an encoding of its own, but the notebook reads UTF-8."""
    monkeypatch.setenv("PYTHONIOENCODING", "cp1252")
    (folder / "neural_network.py").write_text("print('Grüße')\n", encoding="utf-8")
    assert "Gr\\xfc\\xdfe\\n" in run(folder, [cells[0], KEEP])


def test_checks_read_the_file_as_it_is_now(folder, cells):
    right, wrong = SOLUTION, SOLUTION.replace("return grad_theta_h, grad_theta_y", "return -grad_theta_h, grad_theta_y")
    magic, check = "%%neural_network\n", 'check("backprop")'
    said = run(folder, [cells[0], magic + wrong, check, magic + right, check])
    assert said.index("opposite sign") < said.index("before-002.py") < said.index("4 passed")


def test_cell_with_fewer_functions_than_the_file_changes_nothing(folder, cells):
    (folder / "neural_network.py").write_text(SOLUTION, encoding="utf-8")
    assert "Nothing was changed: neural_network.py has more functions written than this cell." in run(folder, cells[:2])
    assert (folder / "neural_network.py").read_text(encoding="utf-8") == SOLUTION


def test_cell_that_python_cannot_read_is_saved_and_its_line_named(folder, cells):
    said = run(folder, [cells[0], "%%neural_network\nimport numpy as np\ndef sigmoid(z:\n"])
    assert "Python cannot read neural_network.py, line 2: " in said
    assert "sigmoid(z:" in (folder / "neural_network.py").read_text(encoding="utf-8")


def test_notebook_alone_says_that_it_needs_the_folder(tmp_path, cells):
    """Otherwise the error would name a missing package of Colab's, which a student would try to install."""
    kernel = [sys.executable, "-c", KERNEL]
    done = subprocess.run(
        kernel, input=json.dumps(cells[:1]), capture_output=True, text=True, check=False, cwd=tmp_path
    )
    said = "FileNotFoundError: Open this notebook from inside the folder you unpacked: it needs all of it."
    assert done.stderr.splitlines()[-1] == said


def test_on_colab_the_archive_is_asked_for_and_unpacked(starter_files, tmp_path, cells):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in starter_files.items():
            archive.writestr(f"cs109-neural-network/{name}", data)
    (tmp_path / "upload.zip").write_bytes(packed.getvalue())
    empty = tmp_path / "content"
    empty.mkdir()
    said = run(empty, [cells[0], 'check("sigmoid")', 'check("two_guesses")'], str(tmp_path / "upload.zip"))
    assert "to do   1.1" in said and "to do   9.12" in said
