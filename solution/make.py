"""Train the solution's network, and make what follows from it: the trained weights, two figures and the notebook.

    python solution/make.py            write what differs, and say what changed
    python solution/make.py --check    write nothing; exit status 1 if anything differs

    solution/trained/theta_h.csv, theta_y.csv    weights for 0 against 1, six decimals
    solution/trained/training.svg                log likelihood and accuracy in each epoch, both pairs
    solution/trained/hidden_units.svg            each hidden unit's 40 weights as a picture
    solution/made/notebook.ipynb                 from cells.py and the stubs, for Jupyter and Colab

The recipe is the students' own: the training code comes from solution/starter/lesson/. All numbers are
rounded before they are written, so that processors that sum in another order still make the same bytes.
"""

import importlib.util
import sys
from pathlib import Path

import jinja2
import jupytext
import numpy as np

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))
COMMAND = "python solution/make.py"
ROWS, COLUMNS = 8, 5  # of one image

sys.dont_write_bytecode = True  # starter/ is copied to students, so no bytecode may be left there


def build(root):
    """Return every generated file: its path below root, and its bytes."""
    sys.path.insert(0, str(root / "solution" / "starter"))
    from lesson import digits, functions, training

    network = functions.Network(_module("neural_network", root / "solution" / "neural_network.py"))
    images = root / "datasets" / "digits" / "public"

    runs = []
    for pair in digits.PAIRS:
        x, y = digits.read_digits("train", pair, images)
        first = training.first_weights(x.shape[1])
        runs.append((pair, list(training.gradient_ascent(network, x, y, *first, training.EPOCHS))))

    _, fits = runs[0]
    trained = fits[-1]
    files = {
        "theta_h.csv": _csv(trained.theta_h),
        "theta_y.csv": _csv(trained.theta_y[:, np.newaxis]),
        "training.svg": _render(root, "training.svg", **_curves(runs)),
        "hidden_units.svg": _render(root, "hidden_units.svg", **_pictures(trained)),
    }
    made = {f"solution/trained/{name}": text.encode("utf-8") for name, text in files.items()}
    return made | {"solution/made/notebook.ipynb": _notebook(root).encode("ascii")}


def _notebook(root):
    """Return the notebook as JSON: cells.py, with the stubs in the cell marked <<neural_network.py>>."""
    from autograder.authoring.regions import strip

    solution = (root / "solution" / "neural_network.py").read_text(encoding="utf-8")
    script = (root / "solution" / "cells.py").read_text(encoding="utf-8")
    notebook = jupytext.reads(script, fmt="py:percent")
    for number, cell in enumerate(notebook.cells, start=1):
        cell["id"] = f"cell-{number}"
        if cell["source"] == "# <<neural_network.py>>":
            cell["source"] = "%%neural_network\n" + strip(solution, "solution/neural_network.py").rstrip("\n")
    notebook["metadata"] = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return jupytext.writes(notebook, fmt="ipynb") + "\n"


def _module(name, path):
    """Load the module in a file by its path alone, and keep it out of sys.modules."""
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _csv(weights):
    """Return a table of numbers with six decimals. Adding 0.0 turns -0.0 into a plain 0.0."""
    return "".join(",".join(f"{w:.6f}" for w in row) + "\n" for row in np.round(weights, 6) + 0.0)


def _render(root, name, **values):
    folder = jinja2.FileSystemLoader(root / "solution" / "templates")
    environment = jinja2.Environment(
        loader=folder,
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(f"{name}.j2").render(**values)


def _curves(runs):
    """Return what training.svg shows: two panels, each with one curve per pair of digits."""
    epochs = len(runs[0][1]) - 1
    heights = [fit.log_likelihood for _, fits in runs for fit in fits]
    lowest = 10 * np.floor(min(heights) / 10)
    panels = [
        _panel("Log likelihood", [[fit.log_likelihood for fit in fits] for _, fits in runs], 70, lowest, 0),
        _panel("Accuracy in %", [[100 * fit.accuracy for fit in fits] for _, fits in runs], 430, 40, 100),
    ]
    names = [f"{a} against {b}" for (a, b), _ in runs]
    last = [f"log likelihood {fits[-1].log_likelihood:.2f}, {fits[-1].accuracy:.1%} right" for _, fits in runs]
    story = "; ".join(f"{name}: {end}" for name, end in zip(names, last, strict=True))
    return {"panels": panels, "names": names, "epochs": epochs, "story": story}


def _panel(title, curves, left, low, high):
    """Return positions in the picture, rounded to a tenth of a pixel, for one pair of axes 270 wide and 200 high."""
    top, width, height = 60, 270, 200
    epochs = len(curves[0]) - 1

    def across(epoch):
        return f"{left + width * epoch / epochs:.1f}"

    def down(value):
        return f"{top + height * (high - value) / (high - low):.1f}"

    return {
        "title": title,
        "left": left,
        "right": left + width,
        "bottom": top + height,
        "ticks_y": [(down(value), f"{value:.0f}") for value in np.arange(low, high + 5, 10)],
        "ticks_x": [(across(epoch), epoch) for epoch in range(0, epochs + 1, 20)],
        "curves": [" ".join(f"{across(k)},{down(value)}" for k, value in enumerate(curve)) for curve in curves],
    }


def _pictures(fit):
    """Return what hidden_units.svg shows: for each unit its weights as colored squares, and its output weight."""
    largest = np.abs(fit.theta_h).max()
    units = []
    for j, weight in enumerate(fit.theta_y):
        picture = fit.theta_h[:, j].reshape(ROWS, COLUMNS)
        squares = [
            (column, row, _color(picture[row, column] / largest)) for row in range(ROWS) for column in range(COLUMNS)
        ]
        units.append(
            {
                "left": 30 + 130 * (j % 5),
                "top": 70 + 165 * (j // 5),
                "squares": squares,
                "name": f"unit {j}",
                "weight": f"{weight:+.2f}",
            }
        )
    return {"units": units, "largest": f"{largest:.2f}", "scale": [_color(k / 8) for k in range(-8, 9)]}


def _color(share):
    """Return a color from blue (-1) over white (0) to orange (+1) in 16 steps, for color-blind readers too."""
    end = (0xC8, 0x5A, 0x00) if share > 0 else (0x1F, 0x5A, 0xA6)
    strength = round(abs(share) * 8) / 8
    return "#" + "".join(f"{round(255 + (part - 255) * strength):02x}" for part in end)


if __name__ == "__main__":
    import generated

    sys.exit(generated.main(build, COMMAND, __doc__.splitlines()[0]))
