"""train.py with correct and wrong functions: what a student reads, on any console, and what is saved in trained/."""

import ast
import csv
import os
import pty
import re
import shutil
import subprocess
import sys

import numpy as np
import pytest

from autograder.authoring.regions import strip

from .conftest import EXTENSIONS, SOLUTION, add, without_matplotlib
from .frames import LOOPS

TASKS = {"sigmoid": 1, "forward": 2, "log_likelihood": 3, "backprop": 4}
ROW = re.compile(r" *(\d+) +(-?[\d.]+) +(\d+)% +(\d+)%")


def command(home, *arguments):
    return [sys.executable, "-W", "error", str(home / "train.py"), *arguments]


@pytest.fixture(name="train")
def _train(start):
    """Return a function that runs train.py from another folder, without matplotlib, writing a Windows code page."""
    return lambda home, *arguments, **environment: start(
        home, "train.py", *arguments, **without_matplotlib(home), **environment
    )


def train_on_its_own(home, *arguments, **environment):
    """Run train.py in a new interpreter, into pipes, and with matplotlib unless told otherwise."""
    environment = os.environ | {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"} | environment
    return subprocess.run(
        command(home, *arguments),
        capture_output=True,
        check=False,
        cwd=home.parent,
        env=environment,
        encoding="cp1252",
        timeout=120,
    )


def rewrite(home, old, new, count=1):
    path = home / "neural_network.py"
    source = path.read_text(encoding="utf-8")
    assert source.count(old) >= 1, old
    path.write_text(source.replace(old, new, count), encoding="utf-8")


def write_only(home, *written):
    """Replace every function that is not listed by its stub."""
    stubs = ast.parse(strip(SOLUTION, "solution"))
    whole = {node.name: node for node in ast.parse(SOLUTION).body if isinstance(node, ast.FunctionDef)}
    stubs.body = [whole[node.name] if getattr(node, "name", "") in written else node for node in stubs.body]
    (home / "neural_network.py").write_text(ast.unparse(stubs), encoding="utf-8")


def rows(output):
    """Return the rows of the table: epoch, log likelihood, and percent correct on seen and unseen images."""
    found = [ROW.fullmatch(line) for line in output.splitlines()]
    return [(int(m[1]), float(m[2]), int(m[3]), int(m[4])) for m in found if m]


def test_training_with_the_solution_learns_both_pairs_and_counts_the_parameters(train, home):
    done = train(home)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii() and "\r" not in done.stdout
    assert done.stdout.count("800 weights in theta_h + 20 in theta_y = 820 parameters") == 2
    assert done.stdout.count("Gradient check: backprop agrees with your log likelihood") == 2
    assert "Digit 0 against digit 1: 80 images of 40 pixels" in done.stdout
    assert "Digit 1 against digit 2: 80 images of 40 pixels" in done.stdout
    table = rows(done.stdout)
    assert [row[0] for row in table] == 2 * [0, 1, 2, 5, *range(10, 101, 10)]
    assert [row[2:] for row in table if row[0] == 100] == 2 * [(100, 100)]
    assert done.stdout.count("Every image is taken for what it is, seen or unseen.") == 2
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_training_saves_weights_curve_and_hidden_units_of_both_pairs(train, home):
    assert train(home).returncode == 0
    for name, digits in (("0-against-1", (0, 1)), ("1-against-2", (1, 2))):
        with np.load(home / "trained" / f"{name}.npz", allow_pickle=False) as saved:
            assert tuple(saved["digits"]) == digits
            assert saved["theta_h"].shape == (40, 20) and saved["theta_y"].shape == (20,)
        table = list(csv.reader((home / "trained" / f"{name}-curve.csv").read_text(encoding="ascii").splitlines()))
        assert table[0] == ["epoch", "log_likelihood", "accuracy"] and len(table) == 102
        curve = [float(row[1]) for row in table[1:]]
        assert curve == sorted(curve)
        units = (home / "trained" / f"{name}-hidden-units.txt").read_text(encoding="ascii")
        assert units.count("hidden unit ") == 21 and len(re.findall(r"(?m)^ ( [-+. ][-+.]){5}$", units)) == 160


@pytest.mark.slow
def test_training_draws_pictures_where_matplotlib_is_and_says_how_to_get_them_elsewhere(train, home):
    pytest.importorskip("matplotlib")
    # If any console makes a library print a warning, it is one with these settings.
    done = train_on_its_own(home, "--epochs", "3", COLUMNS="40", PYTHONIOENCODING="ascii", NO_COLOR="1", LC_ALL="C")
    assert (done.returncode, done.stderr) == (0, "")
    assert "python -m pip install matplotlib" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) < 40
    for name in ("0-against-1-curve", "0-against-1-hidden-units", "0-against-1-wrong", "1-against-2-curve"):
        assert (home / "trained" / f"{name}.png").read_bytes().startswith(b"\x89PNG")
    shutil.rmtree(home / "trained")
    done = train(home, "--epochs", "3")
    assert (done.returncode, done.stderr) == (0, "")
    assert "For pictures of them: python -m pip install matplotlib" in done.stdout
    assert not list((home / "trained").glob("*.png"))


def test_training_names_the_images_it_gets_wrong_and_shows_three(train, home):
    done = train(home, "--epochs", "3")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(re.findall(r"(?m)^  (un)?seen image \d+: a 1, taken for a 0 \(5\d% sure\)$", done.stdout)) == 3
    assert len(re.findall(r"(?m)^    \|[ .:=+*#%@-]{10}\|$", done.stdout)) == 48
    assert "  and 16 more\n" in done.stdout
    assert "Both networks were trained, in a shorter run than usual." in done.stdout.replace("\n", " ")


@pytest.mark.parametrize("columns", [40, pytest.param(60, marks=pytest.mark.slow), 200])
def test_training_fits_a_console_of_any_width(train, home, columns):
    console = {"COLUMNS": str(columns), "PYTHONIOENCODING": "ascii", "NO_COLOR": "1", "LC_ALL": "C"}
    done = train_on_its_own(home, "--epochs", "3", **without_matplotlib(home), **console)
    assert done.returncode == 0
    assert max(map(len, done.stdout.splitlines())) < min(columns, 81)
    rewrite(home, "return float(", "return -float(")
    done = train(home, COLUMNS=str(columns), PYTHONIOENCODING="ascii")
    assert max(map(len, done.stderr.splitlines())) < min(columns, 81)


def test_training_takes_float32_for_what_it_is(train, home):
    """The contract accepts float32, and a slope measured with seven digits is no evidence of a mistake."""
    rewrite(home, "return h, y_hat", "return h.astype('float32'), y_hat.astype('float32')")
    done = train(home)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("Gradient check: backprop agrees with your log likelihood") == 2
    rewrite(home, "return grad_theta_h, grad_theta_y", "return -grad_theta_h, -grad_theta_y")
    assert "Every entry has the opposite sign." in train(home).stdout


def test_training_from_zeros_says_why_that_does_not_work(train, home):
    done = train(home, "--spread", "0")
    assert done.returncode == 1
    assert "All hidden units have stayed equal" in done.stderr and "random, and small" in done.stderr


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "return grad_theta_h, grad_theta_y",
            "return -grad_theta_h, -grad_theta_y",
            "Every entry has the opposite sign.",
        ),
        (
            "return grad_theta_h, grad_theta_y",
            "return grad_theta_h / len(x), grad_theta_y / len(x)",
            "Every entry is 6 times too small, and there are 6 images: the gradient is averaged. Add up instead.",
        ),
        ("np.sum(np.log(", "np.mean(np.log(", "Every entry is 6 times too large, and there are 6 images."),
        (
            "return grad_theta_h, grad_theta_y",
            "return 2 * grad_theta_h, 2 * grad_theta_y",
            "multiplied by 0.5 to be right",
        ),
    ],
    ids=["sign", "average", "average of the log likelihood", "twice"],
)
def test_gradient_check_knows_a_common_factor(train, home, old, new, words):
    rewrite(home, old, new)
    done = train(home)
    assert done.returncode == 1
    assert words in " ".join(done.stdout.split())
    if "averaged" in words:
        assert "it gets more than 90% of the images right. See the gradient check above." in " ".join(
            done.stderr.split()
        )


def test_gradient_check_names_an_entry_that_is_wrong_and_training_ends_with_it(train, home):
    rewrite(home, "    return grad_theta_h, grad", "    grad_theta_h[:, 3] *= 2\n    return grad_theta_h, grad")
    done = train(home)
    assert done.returncode == 1
    told = re.findall(
        r"backprop gives (\S+) for theta_h\[\d+, 3\]; .*? measured there, is (\S+)\. ", " ".join(done.stdout.split())
    )
    assert len(told) == 2
    assert all(float(said) == pytest.approx(2 * float(measured), rel=1e-3) for said, measured in told)
    assert "Both networks learned, but backprop does not give the slope" in done.stderr


def test_gradient_check_says_so_when_only_the_sum_over_images_is_wrong(train, home):
    last = "    if len(x) > 1:\n        return backprop(x[-1:], y[-1:], h[-1:], y_hat[-1:], theta_y)\n"
    rewrite(home, "    return grad_theta_h, grad", f"{last}    return grad_theta_h, grad")
    done = train(home)
    assert done.returncode == 1
    assert "so look at how backprop adds up 6 images" in " ".join(done.stdout.split())


def test_training_an_untouched_download_lists_what_to_write(train, home):
    (home / "neural_network.py").write_text(strip(SOLUTION, "solution"), encoding="utf-8")
    done = train(home)
    assert (done.returncode, done.stdout) == (1, "")
    lines = done.stderr.splitlines()
    assert lines[:2] == ["", "There is nothing to train yet:"]
    stubs = (home / "neural_network.py").read_text(encoding="utf-8").splitlines()
    for line, (name, task) in zip(lines[2:6], TASKS.items(), strict=True):
        number = next(k for k, text in enumerate(stubs, 1) if f'"Task {task}: ' in text)
        assert line == f"  Task {task}: {name} is not written yet (line {number} of neural_network.py)."
    assert len(lines) == 8


@pytest.mark.parametrize(
    ("written", "missing"),
    [
        (["sigmoid"], ["forward", "log_likelihood", "backprop"]),
        (["forward", "log_likelihood", "backprop"], ["sigmoid"]),  # forward calls the stub of sigmoid
        (["sigmoid", "forward", "log_likelihood"], ["backprop"]),
    ],
)
def test_training_with_some_stubs_left_names_those(train, home, written, missing):
    write_only(home, *written)
    done = train(home)
    assert done.returncode == 1
    told = [line.split(":")[1].split()[0] for line in done.stderr.splitlines() if line.startswith("  Task ")]
    assert told == missing


MISTAKES = {
    "y_hat as a column": (
        "return h, y_hat",
        "return h, y_hat[:, None]",
        "forward returned y_hat of shape (6, 1); it must have shape (6,): one probability for each image.",
    ),
    "three results": (
        "return h, y_hat",
        "return h, y_hat, 1",
        "forward has to return a pair, (h, y_hat); it returned 3 values.",
    ),
    "one result": (
        "return h, y_hat",
        "return y_hat",
        "forward has to return a pair, (h, y_hat); it returned an array of shape (6,).",
    ),
    "transposed gradient": (
        "return grad_theta_h, grad",
        "return grad_theta_h.T, grad",
        "backprop returned grad_theta_h of shape (20, 40); it must have shape (40, 20)",
    ),
    "gradient downhill": (
        "return grad_theta_h, grad_theta_y",
        "return -grad_theta_h, -grad_theta_y",
        "The log likelihood fell three epochs in a row",
    ),
    "gradient of zeros": (
        "return grad_theta_h, grad_theta_y",
        "return 0 * grad_theta_h, 0 * grad_theta_y",
        "The log likelihood does not move.",
    ),
    "gradient with nan": (
        "return grad_theta_h, grad_theta_y",
        "return grad_theta_h * np.nan, grad_theta_y",
        "backprop returned grad_theta_h with nan or inf in it.",
    ),
    "loss for likelihood": (
        "return float(",
        "return -float(",
        "is never above 0. Does log_likelihood have the opposite sign?",
    ),
    "nan": (
        "return float(",
        "return float('nan') * float(",
        "The log likelihood is nan (not a number) after 0 epochs.",
    ),
    "minus infinity": (
        "return float(",
        "return float('-inf') or float(",
        "The log likelihood is -inf after 0 epochs",
    ),
    "no return": (
        "return float(",
        "float(",
        "log_likelihood returned None. Is a `return` missing at its end?",
    ),
    "one number per image": (
        "return float(np.sum(np.log(likelihood)))",
        "return np.log(likelihood)",
        "log_likelihood returned an array of shape (6,); it must have shape (): a single number.",
    ),
    "text": (
        "return float(",
        "return 'high' or float(",
        "log_likelihood returned a value of type str, which is not made of numbers.",
    ),
    "changes an argument": (
        "    slope_y_hat = ",
        "    h *= 2\n    slope_y_hat = ",
        "backprop changed one of its arguments (the one of shape (2, 4))",
    ),
    "an exception": (
        "    slope_y_hat = ",
        "    slope_y_hat = x @ y\n    slope_y_hat = ",
        "backprop stopped with ValueError: matmul: ",
    ),
    "exception with Greek": (
        "    slope_y_hat = ",
        "    raise RuntimeError('\\u03b8 \\u2713')\n    slope_y_hat = ",
        "backprop stopped with RuntimeError: \\u03b8 \\u2713 neural_network.py, line 11",
    ),
    "exit": (
        "    slope_y_hat = ",
        "    raise SystemExit(0)\n    slope_y_hat = ",
        "backprop stopped with SystemExit: 0",
    ),
    "other name": ("def backprop(", "def backpropagation(", "neural_network.py has no function backprop."),
    "syntax error": ("def backprop(x", "def backprop(x x", "Python cannot read neural_network.py, line "),
    "import error": (
        "import numpy as np",
        "import numpy as np, nonumpy",
        "neural_network.py cannot be imported: it stopped with ModuleNotFoundError: ",
    ),
}


@pytest.mark.parametrize(("old", "new", "words"), MISTAKES.values(), ids=list(MISTAKES))
def test_training_with_a_mistake_ends_with_a_sentence_about_it(train, home, old, new, words):
    rewrite(home, old, new)
    done = train(home)
    assert done.returncode == 1
    assert words in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr and "train.py" not in done.stderr
    assert done.stderr.isascii()


def test_training_that_learns_too_little_says_so(train, home):
    rewrite(home, "return grad_theta_h, grad_theta_y", "return 1e-4 * grad_theta_h, 1e-4 * grad_theta_y")
    done = train(home)
    assert done.returncode == 1
    assert "The network learned too little" in done.stderr


def test_training_that_stumbles_over_a_chosen_step_does_not_blame_the_functions(train, home):
    said = " ".join(train(home, "--step", "0.2").stderr.split())
    assert "Try without --step and --spread." in said
    assert "which function is wrong" not in said


def test_training_survives_greek_prints_of_the_student(train, home):
    rewrite(home, "    slope_y_hat = ", "    print('\\u03b8')\n    slope_y_hat = ")
    assert train(home, "--epochs", "2").returncode == 0


@pytest.mark.parametrize("name", ["random", "numpy", "csv"])
def test_files_of_a_students_own_are_not_taken_for_those_of_python_or_numpy(home, name):
    """A student may call a first try with random numbers random.py."""
    (home / f"{name}.py").write_text("raise ImportError('mine')\n", encoding="utf-8")
    done = train_on_its_own(home, "--epochs", "2", **without_matplotlib(home))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("program", ["train.py", "draw.py", "classify2d.py"])
def test_program_without_its_folder_says_that_the_download_is_to_be_unpacked(home, program):
    """Windows opens an archive like a folder, and extracts only the file that is started."""
    shutil.rmtree(home / "lesson")
    done = subprocess.run([sys.executable, str(home / program)], capture_output=True, check=False, text=True)
    said = f"{program} needs the folder lesson beside it. Unpack the whole download, and start it there.\n"
    assert (done.returncode, done.stderr) == (1, said)


def test_training_without_data_or_without_the_file_says_what_is_missing(train, home):
    shutil.rmtree(home / "data")
    lacking = home / "data" / "train_images.npy"
    assert f"{lacking} is missing or damaged. Download the assignment again." in " ".join(train(home).stderr.split())
    (home / "neural_network.py").rename(home / "neural_network (1).py")
    done = train(home)
    assert done.returncode == 1
    assert "There is no neural_network.py in" in done.stderr


def test_training_on_images_that_are_empty_or_of_another_number_says_what_to_do(train, home):
    labels = home / "data" / "train_labels.npy"
    whole = labels.read_bytes()
    for instead in (b"", b"<html>Not found</html>", whole[:100]):
        labels.write_bytes(instead)
        assert f"{labels} is missing or damaged. Download the assignment again." in " ".join(train(home).stderr.split())
    labels.write_bytes(whole)
    shutil.copy(home / "data" / "test_images.npy", home / "data" / "train_images.npy")
    assert "120 labels, and images of shape (60, 40)" in " ".join(train(home).stderr.split())


def test_ten_digits_with_labels_that_are_no_digits_say_what_to_do(train, both):
    np.save(both / "data" / "ten_train_labels.npy", np.full(400, 77, np.uint8))
    done = train(both, "--ten")
    assert done.returncode == 1
    assert "(labels that are not digits). Download the assignment again." in " ".join(done.stderr.split())


def test_training_refuses_a_wrong_command_line(train, home):
    for arguments in (("--epochs", "0"), ("--epochs", "many"), ("--what",)):
        assert train(home, *arguments).returncode == 2
    assert train(home, "--help").stdout.isascii()


PLAIN_LOOPS = """
import math


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


def forward(x, theta_h, theta_y):
    n, m_x, m_h = x.shape[0], x.shape[1], theta_y.shape[0]
    h = [[sigmoid(sum(x[k, i] * theta_h[i, j] for i in range(m_x))) for j in range(m_h)] for k in range(n)]
    return h, [sigmoid(sum(h[k][j] * theta_y[j] for j in range(m_h))) for k in range(n)]


def log_likelihood(y, y_hat):
    return sum(math.log(b if a else 1 - b) for a, b in zip(y, y_hat))


def backprop(x, y, h, y_hat, theta_y):
    n, m_x, m_h = x.shape[0], x.shape[1], theta_y.shape[0]
    grad_h, grad_y = [[0.0] * m_h for _ in range(m_x)], [0.0] * m_h
    for k in range(n):
        for j in range(m_h):
            grad_y[j] += (y[k] - y_hat[k]) * h[k, j]
            for i in range(m_x):
                grad_h[i][j] += (y[k] - y_hat[k]) * theta_y[j] * h[k, j] * (1 - h[k, j]) * x[k, i]
    return grad_h, grad_y
"""


def test_training_with_plain_loops_and_lists_picks_a_number_of_epochs_that_fits_the_time(train, home):
    (home / "neural_network.py").write_text(PLAIN_LOOPS, encoding="utf-8")
    done = train(home, "--seconds", "2")
    assert (done.returncode, done.stderr) == (0, "")
    epochs = int(re.search(r": (\d+) epochs, (about \d+ s|a moment)\.", done.stdout)[1])
    assert 5 <= epochs < 100
    assert [row[0] for row in rows(done.stdout)].count(epochs) == 2


def test_ctrl_c_ends_training_with_the_line_that_was_running(train, home):
    interrupt = "import signal; signal.signal(2, signal.default_int_handler); signal.raise_signal(2)"
    rewrite(home, "    slope_y_hat = ", f"    if len(x) == 80:\n        {interrupt}\n    slope_y_hat = ")
    done = train(home)
    line = 1 + (home / "neural_network.py").read_text(encoding="utf-8").splitlines().index(f"        {interrupt}")
    assert done.returncode == 130
    said = f"Stopped, because you pressed Ctrl-C. backprop was at line {line} of neural_network.py: import signal;"
    assert " ".join(done.stderr.split()).startswith(said)


@pytest.mark.parametrize("program", ["train.py", "classify2d.py"])
def test_function_that_does_not_return_is_named_with_its_line_after_a_while(start, home, program):
    watch = home / "lesson" / "watch.py"
    watch.write_text(
        watch.read_text(encoding="ascii").replace("PATIENCE_S = 10.0", "PATIENCE_S = 0.5"), encoding="ascii"
    )
    # The loop ends once the notice appears, so the test needs neither a clock nor a kill.
    rewrite(
        home,
        "    slope_y_hat = ",
        "    import threading\n    while threading.active_count() > 1: pass\n    slope_y_hat = ",
    )
    options = ["--epochs", "1"] if program == "train.py" else ["--replay", "--steps", "1"]
    done = start(home, program, *options, **without_matplotlib(home))
    lines = (home / "neural_network.py").read_text(encoding="utf-8").splitlines()
    line = 1 + next(k for k, text in enumerate(lines) if "active_count" in text)
    said = f"backprop has not returned for 0.5 s; it is at line {line} of neural_network.py."
    assert " ".join(done.stderr.split()).startswith(said)
    assert done.stderr.count("has not returned") == 1
    assert done.returncode == 0, done.stderr


def test_training_into_a_pipe_that_closes_is_not_an_error_of_ours(home):
    process = subprocess.Popen(
        command(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | without_matplotlib(home),
        text=True,
    )
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(timeout=60) == 1
    process.stderr.close()


def test_on_a_terminal_one_line_is_rewritten_in_place(home):
    terminal, end = pty.openpty()
    process = subprocess.Popen(command(home), stdout=end, stderr=end, env=os.environ | without_matplotlib(home))
    os.close(end)
    seen = b""
    while True:
        try:
            piece = os.read(terminal, 4096)
        except OSError:
            break
        if not piece:
            break
        seen += piece
    os.close(terminal)
    assert process.wait(timeout=60) == 0
    assert seen.count(b"\r   12 ") == 2
    assert seen.count(b"\n") < 60


# ------------------------------------------------------------------------------------- all ten digits, extra credit

PASS = re.compile(r" *(\d+) +([\d.]+) +(\d+)% +(\d+)% +(\d+)%")


def test_ten_digits_are_learned_and_saved_with_both_guesses(train, both):
    done = train(both, "--ten")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii() and max(map(len, done.stdout.splitlines())) <= 80
    assert "1300 weights in W + 200 in V = 1500 parameters" in done.stdout
    assert "Gradient check: backprop_multi agrees with your squared loss" in done.stdout
    table = [tuple(map(float, m.groups())) for m in map(PASS.fullmatch, done.stdout.splitlines()) if m]
    assert [row[0] for row in table] == list(range(9))
    assert table[-1][1] < table[0][1] / 10
    assert min(table[-1][2:]) >= 90 and table[-1][4] >= table[-1][3]
    shown = r"(?m)^  unseen image \d+, digit (\d): (\d), or else (\d) \(outputs 0\.\d\d, 0\.\d\d\)$"
    found = re.findall(shown, done.stdout)
    assert len(found) == 3 and all(digit != one for digit, one, _ in found)
    assert len(re.findall(r"(?m)^    \|[ .:=+*#%@-]{16}\|$", done.stdout)) == 24
    with np.load(both / "trained" / "ten-digits.npz", allow_pickle=False) as saved:
        assert saved["W"].shape == (65, 20) and saved["V"].shape == (20, 10)
    curve = list(csv.reader((both / "trained" / "ten-digits-curve.csv").read_text(encoding="ascii").splitlines()))
    assert curve[0] == ["pass", "squared_error", "seen", "unseen", "first_or_second_guess"] and len(curve) == 10


def test_ten_digits_take_other_choices_and_a_narrow_console(train, both):
    done = train(both, "--ten", "--epochs", "2", "--step", "0.2", "--spread", "0.1", "--seed", "3", COLUMNS="40")
    assert (done.returncode, done.stderr) == (0, "")
    assert max(map(len, done.stdout.splitlines())) < 40
    assert len(list(filter(PASS.fullmatch, done.stdout.splitlines()))) == 3


@pytest.mark.slow
def test_ten_digits_with_plain_loops_and_lists_take_the_passes_that_fit_the_time(train, both):
    (both / "neural_network.py").write_text(PLAIN_LOOPS, encoding="utf-8")
    shutil.copy(LOOPS, both / "extensions.py")
    done = train(both, "--ten", "--seconds", "0.1")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"One pass of your functions takes .*: 2 passes, (about \d+ s|a moment)\.", done.stdout)
    assert len(list(filter(PASS.fullmatch, done.stdout.splitlines()))) == 3


def test_ten_digits_with_stubs_list_what_to_write_in_both_files(train, both):
    for name, text in (("extensions.py", EXTENSIONS), ("neural_network.py", SOLUTION)):
        (both / name).write_text(strip(text, name), encoding="utf-8")
        done = train(both, "--ten")
        assert (done.returncode, done.stdout) == (1, "")
        stubs = (both / "extensions.py").read_text(encoding="utf-8").splitlines()
        told = re.findall(
            r"(?m)^  Task (\d+): (\w+) is not written yet \(line (\d+) of extensions\.py\)\.$", done.stderr
        )
        assert [(int(task), name) for task, name, _ in told] == [
            (12, "forward_multi"),
            (13, "squared_loss"),
            (14, "backprop_multi"),
            (15, "train_multi_sgd"),
            (16, "two_guesses"),
        ]
        assert all(f'"Task {task}: ' in stubs[int(line) - 1] for task, _, line in told)
        assert "run `pytest checks/extensions` until" in " ".join(done.stderr.split())
    (both / "extensions.py").write_text(EXTENSIONS, encoding="utf-8")
    said = " ".join(train(both, "--ten").stderr.split())
    assert re.search(r" Task 1: sigmoid is not written yet \(line \d+ of neural_network\.py\)\.", said)
    # The checks of sigmoid are run by plain `pytest`, those of the extra credit by `pytest checks/extensions`.
    assert "Write the first of these, run `pytest` until" in said


def test_ten_digits_without_the_file_say_so_and_the_rest_needs_none(train, home):
    assert "There is no extensions.py in" in train(home, "--ten").stderr
    (home / "extensions.py").write_text("def forward_multi(x x):", encoding="utf-8")
    assert "Python cannot read extensions.py, line 1:" in " ".join(train(home, "--ten").stderr.split())
    assert train(home, "--epochs", "1").returncode == 0
    (home / "neural_network.py").write_text("import numpy as np\n\n)", encoding="utf-8")
    assert "Python cannot read neural_network.py, line 3:" in " ".join(train(home, "--ten").stderr.split())


MISTAKES_WITH_TEN = {
    "shape": (
        "right = forward_multi\n\ndef forward_multi(*all):\n    h, y_hat = right(*all)\n    return h, y_hat[:, :4]\n",
        "forward_multi returned y_hat of shape (10, 4); it must have shape (10, 10): one row for each image, one "
        "column",
    ),
    "nan": (
        "right = train_multi_sgd\n\ndef train_multi_sgd(*all):\n    W, V = right(*all)\n    return W, V * np.nan\n",
        "train_multi_sgd returned V with nan or inf in it. Run `pytest checks/extensions`:",
    ),
    "argument": (
        "def train_multi_sgd(x, y, W, V, eta, order):\n    W *= 2\n    return W, V\n",
        "train_multi_sgd changed one of its arguments (the one of shape (3, 4)).",
    ),
    "exception": (
        "def squared_loss(y, y_hat):\n    return y / []\n",
        "squared_loss stopped with ValueError: operands could not be broadcast together with shapes (2,3) (0,) "
        "extensions.py, line {line}: return y / []",
    ),
    "uphill": (
        "right = train_multi_sgd\n\ndef train_multi_sgd(x, y, W, V, eta, order):\n"
        "    return right(x, y, W, V, -eta, order)\n",
        "Does one of the two have the opposite sign? Run `pytest checks/extensions`.",
    ),
    "nothing": (
        "def train_multi_sgd(x, y, W, V, eta, order):\n    return W, V\n",
        "The squared error has not moved in a whole pass.",
    ),
    "sign": (
        "right = squared_loss\n\ndef squared_loss(*all):\n    return -right(*all)\n",
        "but a square is never below 0.",
    ),
    "not a number": ("def squared_loss(y, y_hat):\n    return np.nan\n", "The squared error is nan after 0 passes."),
    "guesses": (
        "right = two_guesses\n\ndef two_guesses(*all):\n    return right(*all)[:, ::-1]\n",
        "but the two largest outputs of your forward_multi for it are",
    ),
    "guesses of text": (
        "def two_guesses(x, W, V):\n    return [['7', 'or 1']] * len(x)\n",
        "two_guesses returned a list that holds '7', which is not a number.",
    ),
    "guesses of digits as text": (
        "right = two_guesses\n\ndef two_guesses(*all):\n    return right(*all).astype(str)\n",
        "two_guesses returned an array that holds '",
    ),
    "rows of different lengths": (
        "def two_guesses(x, W, V):\n    return [[1, 2], [3]]\n",
        "two_guesses returned a list whose rows have different lengths.",
    ),
    "one result of text": (
        "right = train_multi_sgd\n\ndef train_multi_sgd(*all):\n    return [['W']], right(*all)[1]\n",
        "train_multi_sgd returned for W a list that holds 'W', which is not a number.",
    ),
    "complex": (
        "def squared_loss(y, y_hat):\n    return 1j\n",
        "squared_loss returned a value of type complex, which is not made of numbers.",
    ),
    "halves": ("def two_guesses(x, W, V):\n    return [[0.5, 1]] * len(x)\n", "not whole numbers from 0 to 9."),
    "twice": ("def two_guesses(x, W, V):\n    return [[1, 1]] * len(x)\n", "the same class twice for image 0."),
    "late": (
        "right = train_multi_sgd\n\ndef train_multi_sgd(x, y, W, V, eta, order):\n"
        "    return right(x, y, W, V, 1e-4 * eta, order)\n",
        "The network learned too little",
    ),
}


@pytest.mark.parametrize(("code", "words"), MISTAKES_WITH_TEN.values(), ids=list(MISTAKES_WITH_TEN))
def test_mistake_with_ten_digits_becomes_a_sentence(train, both, code, words):
    first = add(both, code)
    done = train(both, "--ten")
    assert done.returncode == 1
    assert words.format(line=first + 1) in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr and not (both / "trained").exists()


def test_gradient_check_of_ten_digits_knows_a_common_factor_and_a_wrong_entry(train, both):
    add(
        both,
        "right = backprop_multi\n\ndef backprop_multi(x, *all):\n    return [g / len(x) for g in right(x, *all)]\n",
    )
    done = train(both, "--ten")
    assert done.returncode == 1
    assert "Every entry is 10 times too small, and there are 10 images" in " ".join(done.stdout.split())
    assert "The network learned, but backprop_multi does not give the slope" in " ".join(done.stderr.split())
    (both / "extensions.py").write_text(EXTENSIONS, encoding="utf-8")
    add(
        both,
        "right = backprop_multi\n\ndef backprop_multi(*all):\n    W, V = right(*all)\n    V[3] *= 2\n    return W, V\n",
    )
    said = " ".join(train(both, "--ten").stdout.split())
    told = re.search(r"backprop_multi gives (\S+) for V\[3, 3\]; .*? measured there, is (\S+)\. ", said)
    assert float(told[1]) == pytest.approx(2 * float(told[2]), rel=1e-3)


def test_ctrl_c_and_an_endless_function_are_told_with_the_line_of_extensions(train, both):
    interrupt = "import signal; signal.signal(2, signal.default_int_handler); signal.raise_signal(2)"
    watch = both / "lesson" / "watch.py"
    watch.write_text(
        watch.read_text(encoding="ascii").replace("PATIENCE_S = 10.0", "PATIENCE_S = 0.5"), encoding="ascii"
    )
    # The loop ends once the notice appears, so the test needs neither a clock nor a kill.
    wait = "import threading\n    while threading.active_count() > 1: pass"
    first = add(both, f"def backprop_multi(*all):\n    {wait}\n    {interrupt}\n")
    done = train(both, "--ten")
    assert done.returncode == 130
    said = " ".join(done.stderr.split())
    assert said.startswith(f"backprop_multi has not returned for 0.5 s; it is at line {first + 2} of extensions.py.")
    assert f"Ctrl-C. backprop_multi was at line {first + 3} of extensions.py: import signal;" in said
