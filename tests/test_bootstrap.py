"""Setup of `.venv`, in a folder with a space and an umlaut in its name, with a lock of one tiny package.

Nothing here needs a network, because the lock names a folder of wheels beside it. Where it does not matter how packages
are installed, a stand-in for uv copies them, which takes a tenth of pip's time.
"""

import ast
import base64
import concurrent.futures
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from autograder.authoring import bootstrap

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.skipif(shutil.which("make") is None or os.name == "nt", reason="needs make and POSIX")


@pytest.fixture
def project(tmp_path):
    """A fresh clone."""
    return make_project(tmp_path)


@pytest.fixture
def tools(tmp_path):
    """A folder to use as PATH."""
    return make_tools(tmp_path)


def make_project(place):
    """Make what setup needs of a fresh clone: Makefile, bootstrap.py, and a lock of one package."""
    root = place / "Übung 1" / "neural network"
    (root / "autograder" / "authoring").mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", root)
    shutil.copy(ROOT / "autograder" / "authoring" / "bootstrap.py", root / "autograder" / "authoring")
    write_lock(root, "one")
    return root


def make_tools(place):
    """Make a PATH that has the shell's tools and this Python as python3, but neither uv nor any other Python."""
    folder = place / "tools"
    folder.mkdir()
    for name in ("make", "sh", "env", "awk", "rm", "find", "sleep", "touch", "cp"):
        (folder / name).symlink_to(shutil.which(name))
    (folder / "python3").symlink_to(sys._base_executable)
    return folder


@pytest.fixture
def quick_tools(tools):
    """The same PATH with a stand-in for uv."""
    program(
        tools,
        "uv",
        f"""
        echo "$UV_PYTHON_DOWNLOADS" "$@" >>calls
        case "$1" in
            venv) exec "{sys._base_executable}" -m venv --without-pip .venv ;;
            pip) for site in .venv/lib/*/site-packages; do cp wheels/*.py "$site"; done ;;
        esac""",
    )
    return tools


def write_lock(root, package):
    """Write a wheel that holds one module, and a requirements.txt that names it with its hash."""
    wheels = root / "wheels"
    wheels.mkdir(exist_ok=True)
    info = f"{package}-1.0.dist-info"
    members = {
        f"{package}.py": b"VALUE = 1\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(
        f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()},{len(data)}\n"
        for name, data in members.items()
    )
    members[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    for old in wheels.iterdir():
        old.unlink()
    (wheels / f"{package}.py").write_bytes(members[f"{package}.py"])
    path = wheels / f"{package}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    (root / "requirements.txt").write_text(
        f"--no-index\n--find-links ./wheels\n{package}==1.0 --hash=sha256:{digest}\n", encoding="utf-8"
    )


def make(root, tools, *arguments, **variables):
    """Run make with nothing but `tools` on PATH."""
    return subprocess.run(
        ["make", *(arguments or ("setup",))],
        cwd=root,
        env={"PATH": str(tools), "HOME": str(root.parent), "LC_ALL": "C.UTF-8", **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def has(root, package):
    """Return whether the environment can import a package."""
    program = [root / ".venv" / "bin" / "python", "-I", "-c", f"import {package}"]
    return subprocess.run(program, stderr=subprocess.DEVNULL, check=False).returncode == 0


def program(folder, name, text):
    """Write a fake program into a folder on PATH."""
    path = folder / name
    path.unlink(missing_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)


def uv_fails(project, tools):
    """Make uv fail, whatever its arguments."""
    program(tools, "uv", "echo 'no such option' >&2; exit 2")


def index_is_out_of_reach(project, tools):
    """Make the lock name no folder of wheels, and an index address where no server listens."""
    lock = project / "requirements.txt"
    lock.write_text(lock.read_text(encoding="utf-8").replace("--no-index", "--index-url http://127.0.0.1:9/")
                    .replace("--find-links ./wheels\n", ""), encoding="utf-8")  # fmt: skip


def hash_is_another(project, tools):
    """Make the lock name another hash than the wheel's."""
    lock = project / "requirements.txt"
    lock.write_text(lock.read_text(encoding="utf-8")[:-9] + "00000000\n", encoding="utf-8")


@pytest.fixture(scope="module")
def with_pip(tmp_path_factory):
    """A function: a change to the project -> the project, its tools, and the completed `make`.

    These runs need pip itself, which takes seconds, so they run in parallel.
    """

    def run(change, place):
        project, tools = make_project(place), make_tools(place)
        change(project, tools)
        return project, tools, make(project, tools, PIP_RETRIES="1")

    changes = (uv_fails, index_is_out_of_reach, hash_is_another)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as side_by_side:
        places = [tmp_path_factory.mktemp(change.__name__) for change in changes]
        done = {change: side_by_side.submit(run, change, place) for change, place in zip(changes, places)}
        yield lambda change: done[change].result()


# ---------------------------------------------------------------------------------------------------- success


def test_fresh_clone_is_set_up_once_and_the_second_make_has_nothing_to_do(with_pip):
    project, tools, first = with_pip(uv_fails)
    assert first.returncode == 0, first.stderr
    assert ".venv is ready." in first.stderr
    assert has(project, "one")
    assert list(project.glob(".venv/lib/*/site-packages/__pycache__/one.*.pyc")), "installed, but not compiled"

    # With --question, make's exit status says whether any target is out of date.
    assert make(project, tools, "--question", "setup").returncode == 0


@pytest.mark.slow
def test_fresh_clone_without_uv_is_set_up_with_pip(project, tools):
    done = make(project, tools)
    assert done.returncode == 0, done.stderr
    assert ".venv is ready." in done.stderr and "uv failed" not in done.stderr
    assert has(project, "one")


def test_touched_lock_is_looked_at_and_changed_lock_is_installed(project, quick_tools):
    make(project, quick_tools)
    kept = project / ".venv" / "kept"
    kept.touch()
    earlier = (project / "requirements.txt").stat().st_mtime - 5
    os.utime(project / ".venv" / "complete", (earlier, earlier))

    again = make(project, quick_tools)
    assert (again.returncode, again.stderr) == (0, "")
    assert kept.exists()

    write_lock(project, "two")
    changed = make(project, quick_tools)
    assert changed.returncode == 0, changed.stderr
    assert has(project, "two")
    assert not kept.exists(), "what another lock had installed must not stay"


def test_interpreter_that_has_vanished_is_replaced(project, quick_tools):
    make(project, quick_tools)
    interpreter = project / ".venv" / "bin" / "python"
    interpreter.unlink()
    interpreter.symlink_to("/nowhere/python3")

    assert make(project, quick_tools).returncode == 0
    assert has(project, "one")


def test_uv_is_used_where_it_is_there_and_never_left_to_choose_a_python(project, quick_tools):
    done = make(project, quick_tools)
    assert done.returncode == 0, done.stderr
    calls = (project / "calls").read_text(encoding="utf-8").splitlines()
    assert [call.split()[:2] for call in calls] == [["never", "venv"], ["never", "pip"]]
    assert all(" --python " in call for call in calls)
    assert "--require-hashes" in calls[1] and "--compile-bytecode" in calls[1]


def test_uv_that_fails_leaves_it_to_pip(with_pip):
    project, _, done = with_pip(uv_fails)
    assert done.returncode == 0, done.stderr
    assert "uv failed (no such option); trying venv and pip." in done.stderr
    assert has(project, "one")


# ---------------------------------------------------------------------------------------------- interruptions


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_interrupted_set_up_is_never_taken_for_complete(project, quick_tools, how):
    quick = (quick_tools / "uv").read_text(encoding="utf-8")
    program(quick_tools, "uv", quick.replace("pip)", "pip) touch installing; while ! [ -e go ]; do sleep 0.02; done;"))
    process = subprocess.Popen(
        [sys._base_executable, "autograder/authoring/bootstrap.py"],
        cwd=project,
        env={"PATH": str(quick_tools)},
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not (project / "installing").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert (project / "installing").exists()
    process.send_signal(how)
    # Waiting for the end of the output would block: after SIGKILL, uv still holds the pipe, and the lock.
    process.wait(timeout=60)
    assert not (project / ".venv" / "complete").exists()
    if how != signal.SIGKILL:
        (project / "go").touch()
        assert "Set-up: interrupted. Run the same command again" in process.stderr.read()
        assert process.returncode == 130
    process.stderr.close()

    program(quick_tools, "uv", quick)
    with subprocess.Popen(["make", "setup"], cwd=project, env={"PATH": str(quick_tools)}, stderr=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, text=True) as again:  # fmt: skip
        said = again.stderr.readline()
        (project / "go").touch()
        said += again.communicate(timeout=120)[1]
    assert again.returncode == 0, said
    assert ("Another set-up is running in this folder; waiting for it to finish." in said) == (how == signal.SIGKILL)
    assert has(project, "one")


def test_two_set_ups_at_once_make_one_environment(project, quick_tools):
    start = [sys._base_executable, "autograder/authoring/bootstrap.py"]
    both = [
        subprocess.Popen(start, cwd=project, env={"PATH": str(quick_tools)}, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = "".join(process.communicate(timeout=120)[1] for process in both)
    assert [process.returncode for process in both] == [0, 0], said
    assert said.count(".venv is ready.") == 1


# --------------------------------------------------------------------------------------------------- failures


def test_it_parses_on_python_3_6():
    text = (ROOT / "autograder" / "authoring" / "bootstrap.py").read_text(encoding="utf-8")
    ast.parse(text, feature_version=(3, 6))


def test_old_python_only_gives_one_sentence(project, tools):
    old = next(filter(None, map(find_old, ("3.9", "3.8", "3.7", "3.6"))), None)
    if old is None:
        pytest.skip("no Python older than 3.10 on this machine")
    (tools / "python3").unlink()
    (tools / "python3").symlink_to(old)
    done = make(project, tools)
    assert done.returncode == 2
    sentence, blame = done.stderr.splitlines()
    assert sentence.startswith("Set-up: Python 3.10 or newer is needed. Only Python 3.")
    assert blame.startswith("make: ***")


def find_old(version):
    """Return a Python of this version that starts, or None; what lies on PATH may be a shim without its Python."""
    question = "import sys; print(getattr(sys, '_base_executable', sys.executable))"
    candidates = [
        shutil.which(f"python{version}"),
        *Path.home().glob(f".pyenv/versions/{version}.*/bin/python3"),
    ]
    for candidate in filter(None, candidates):
        answer = subprocess.run([candidate, "-c", question], capture_output=True, text=True, check=False)
        if answer.returncode == 0:
            return answer.stdout.strip()
    return None


def test_no_python_at_all_gives_one_sentence(project, tools):
    (tools / "python3").unlink()
    done = make(project, tools)
    assert done.returncode == 2
    assert done.stderr.startswith("Set-up: Python 3.10 or newer is needed, and there is no python3 on PATH.\n")


def test_python_that_windows_knows_by_its_launcher_only_is_found(project, quick_tools):
    """Its installer does not put `python` on PATH by default."""
    (quick_tools / "python3").rename(quick_tools / "py")
    assert make(project, quick_tools).returncode == 0
    assert has(project, "one")


@pytest.mark.parametrize(
    ("answers", "need_venv", "chosen"),
    [
        pytest.param({"python3.12": ("/p/3.12", "3.12.1", True)}, True, "/p/3.12", id="newest on PATH"),
        pytest.param({"python3.12": ("/p/3.12", "3.12.1", False), "python3.10": ("/p/3.10", "3.10.4", True)},
                     True, "/p/3.10", id="with venv before newest"),
        pytest.param({"python3.12": ("/p/3.12", "3.12.1", False)}, False, "/p/3.12", id="uv needs no venv"),
        pytest.param({"running": ("/p/3.6", "3.6.9", True), "python3": ("/p/3.11", "3.11.2", True)},
                     True, "/p/3.11", id="running one too old"),
        pytest.param({"running": ("/p/3.15", "3.15.0", True), "python3.11": ("/p/3.11", "3.11.2", True)},
                     True, "/p/3.11", id="tested before untested"),
        pytest.param({"running": ("/p/3.15", "3.15.0", True)}, True, "/p/3.15", id="untested before none"),
        pytest.param({"running": ("/p/3.9", "3.9.1", True), "py": ("C:/p", "3.13.1", True)}, True, "C:/p", id="py"),
    ],
)  # fmt: skip
def test_choice_of_the_interpreter(monkeypatch, answers, need_venv, chosen):
    version = answers.get("running", ("", "3.9.0"))[1]
    monkeypatch.setattr(bootstrap.sys, "_base_executable", "running")
    monkeypatch.setattr(bootstrap.sys, "version_info", tuple(map(int, version.split("."))))
    monkeypatch.setattr(bootstrap, "_ask", answers.get)
    assert bootstrap._find_python(need_venv)[0] == chosen


@pytest.mark.parametrize(
    ("prefix", "options", "is_slower"),
    [
        pytest.param("/home/me/.pyenv/versions/3.11.7", "'--prefix=/home/me' '--enable-shared'", True, id="pyenv"),
        pytest.param("/opt/homebrew", "'--enable-shared' '--enable-optimizations' '--with-lto'", False, id="optimized"),
        pytest.param("/usr", "'--enable-shared' '--prefix=/usr'", False, id="Debian"),
        pytest.param("C:/Python", "", False, id="Windows"),
    ],
)
def test_a_python_built_without_optimization_is_told(tmp_path, prefix, options, is_slower):
    program(tmp_path, "python", f'echo "{prefix}"; echo "{options}"')
    assert bootstrap.is_unoptimized(str(tmp_path / "python")) is is_slower


def test_set_up_says_when_its_python_is_a_slow_one(project, quick_tools):
    said = "built without optimization" in make(project, quick_tools).stderr
    assert said is bootstrap.is_unoptimized(sys.executable)


def test_missing_venv_module_names_debians_package(monkeypatch):
    monkeypatch.setattr(bootstrap, "_ask", {"python3.11": ("/usr/bin/python3.11", "3.11.2", False)}.get)
    with pytest.raises(bootstrap.SetUpError, match=r"sudo apt install python3\.11-venv\. Or install uv\."):
        bootstrap._find_python(need_venv=True)


def test_no_network_gives_a_sentence(with_pip):
    project, _, done = with_pip(index_is_out_of_reach)
    assert done.returncode == 2
    assert "Set-up: the packages could not be downloaded: no connection to the package index." in done.stderr
    assert not (project / ".venv" / "complete").exists()


def test_package_with_another_hash_is_refused(with_pip):
    _, _, done = with_pip(hash_is_another)
    assert done.returncode == 2
    assert "does not match its hash in requirements.txt, so it was not installed." in done.stderr


def test_python_that_packages_are_not_made_for_yet_is_named():
    printed = "ERROR: No matching distribution found for pyyaml==6.0.3"
    said = bootstrap._explain(bootstrap.StepFailed("python", printed), "3.99.0")
    assert said.startswith("Python 3.99.0 is too new: some packages in requirements.txt are not available for it yet.")
    assert "Install Python 3.10 to 3." in said
    # For a supported Python, the cause may be an incomplete mirror instead.
    said = bootstrap._explain(bootstrap.StepFailed("python", printed), "3.11.7")
    assert said.startswith("python failed. What it said last:\n")


@pytest.mark.parametrize("file", ["Makefile", "autograder/gradescope/setup.sh"])
def test_every_list_of_interpreters_names_the_tested_ones(file):
    """A Python that the project is tested with would otherwise be used in one place and not be found in another."""
    [names] = re.findall(r"\bin python3 (python3\.[\d. a-z]*)", (ROOT / file).read_text(encoding="utf-8"))
    named = [name for name in names.split() if name.startswith("python3.")]
    assert named == ["python{}.{}".format(*version) for version in bootstrap.TESTED]


def test_make_alone_lists_every_target_in_a_line():
    # Under `make test`, make would see the MAKE* variables, run as a sub-make, and print which folder it enters.
    plain = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(["make"], cwd=ROOT, env=plain, capture_output=True, text=True, check=True)
    listed = done.stdout.splitlines()
    names = {line.split()[1] for line in listed}
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = next(line for line in makefile.splitlines() if line.startswith(".PHONY:")).split()[1:]
    assert names == set(phony) - {"help"}
    assert all(len(line) <= 110 for line in listed)


def test_locks_name_no_index_and_agree():
    whole = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    image = (ROOT / "autograder" / "gradescope" / "requirements.txt").read_text(encoding="utf-8")
    for lock in (whole, image):
        assert "://" not in lock
        assert all("==" in line for line in lock.splitlines() if line and not line.startswith(("#", " ")))
    pins = {line.split(";")[0].rstrip(" \\") for line in whole.splitlines() if "==" in line}
    assert {line.split(";")[0].rstrip(" \\") for line in image.splitlines() if "==" in line} <= pins
    assert not any(name in image for name in ("scikit-learn", "rich==", "jinja2", "hypothesis"))
