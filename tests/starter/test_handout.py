"""handout.html: every number computed again, every link, and the page as it is read."""

import ast
import functools
import itertools
import re
import shutil
import statistics
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from autograder.authoring.leaks import leaks, readable

from ..conftest import load
from ..pages import serious, too_wide

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "solution" / "handout"
MADE = ROOT / "solution" / "made" / "handout.html"
SOLUTION = ROOT / "solution" / "neural_network.py"
EXTENSIONS = ROOT / "solution" / "extensions.py"
SOURCE = (FOLDER / "handout.md").read_text(encoding="ascii")

# The equations that cases and docstrings refer to: file, function, labels. Of a range, both ends.
MEANT = {
    "test_1_sigmoid": {"test_known_values": {"sigmoid"}},
    "test_2_forward": {
        "test_hidden_layer_of_one_image": {"hidden"},
        "test_y_hat_of_one_image": {"output"},
    },
    "test_3_log_likelihood": {"test_three_datapoints": {"log-likelihood"}},
    "test_4_backprop": {
        "test_theta_y_from_one_image": {"grad-theta-y"},
        "test_theta_h_from_one_image": {"grad-theta-h"},
        "test_gradient_sums_over_images": {"sum-over-images"},
        "test_against_finite_differences": {"central-difference"},
    },
    "test_6_logistic": {
        "test_gradient": {"logistic-gradient"},
        "test_gradient_of_several_sizes": {"logistic-gradient", "central-difference"},
        "test_few_steps": {"logistic-update"},
        "test_digits": {"logistic-update"},
    },
    "test_7_neuron": {
        "test_loss": {"neuron-loss"},
        "test_loss_of_several_sizes": {"neuron-loss"},
        "test_gradient": {"neuron-gradient"},
        "test_gradient_of_several_sizes": {"neuron-gradient", "central-difference"},
        "test_few_steps": {"neuron-step"},
        "test_digits": {"neuron-step"},
    },
    "test_8_perceptron": {
        "test_prediction": {"step-function"},
        "test_prediction_of_several_sizes": {"step-function"},
        "test_few_steps": {"perceptron-rule"},
        "test_digits": {"perceptron-rule"},
    },
    "test_9_several_outputs": {
        "test_forward": {"multi-hidden", "multi-output"},
        "test_forward_of_several_sizes": {"multi-hidden", "multi-output"},
        "test_loss": {"multi-loss"},
        "test_loss_of_several_sizes": {"multi-loss"},
        "test_gradient_of_output_weights": {"multi-d", "grad-v"},
        "test_gradient_of_hidden_weights": {"loss-by-h", "grad-w"},
        "test_gradient_of_several_sizes": {"multi-d", "grad-w"},
        "test_against_finite_differences": {"central-difference"},
        "test_few_steps": {"multi-step"},
        "test_ten_digits": {"multi-step"},
        "test_what_no_line_separates": {"multi-step"},
    },
    "neural_network": {
        "sigmoid": {"sigmoid"},
        "forward": {"hidden", "output"},
        "log_likelihood": {"log-likelihood"},
        "backprop": {"chain-theta-y", "chain-theta-h", "sum-over-images"},
    },
    "extensions": {
        "logistic_gradient": {"logistic-gradient"},
        "train_logistic": {"logistic-update"},
        "neuron_loss": {"neuron-loss"},
        "neuron_gradient": {"neuron-gradient"},
        "train_neuron_sgd": {"neuron-step"},
        "perceptron_predict": {"step-function"},
        "train_perceptron": {"perceptron-rule"},
        "forward_multi": {"multi-hidden", "multi-output"},
        "squared_loss": {"multi-loss"},
        "backprop_multi": {"multi-d", "grad-w"},
        "train_multi_sgd": {"multi-step"},
    },
}


@pytest.fixture(scope="module")
def make():
    """Return the program that makes the page."""
    return load(FOLDER / "make.py")


@pytest.fixture(scope="module")
def names(make):
    """Return the names for placeholders and drawings. This takes a second, and no test changes their sources."""
    return make._names(FOLDER)


@pytest.fixture(scope="module")
def numbers(names):
    """Return the numbers that the text and the drawings use."""
    return SimpleNamespace(**names[0])


@pytest.fixture
def extensions():
    """Return the solution's extra credit, which imports sigmoid from the solution."""
    load(SOLUTION)
    return load(EXTENSIONS)


@pytest.fixture(scope="module")
def text(make, names):
    """Return the Markdown with its numbers and references filled in."""
    return make._resolved(SOURCE, names[0])[0]


@pytest.fixture
def copy(make, names, tmp_path, monkeypatch):
    """Return a copy of the page's sources, which a test may change. The numbers are not computed again."""
    monkeypatch.setattr(make, "_names", lambda _: names)
    shutil.copytree(FOLDER, tmp_path / "solution" / "handout", ignore=shutil.ignore_patterns("node_modules"))
    shutil.copytree(ROOT / "datasets" / "digits" / "public", tmp_path / "datasets" / "digits" / "public")
    return tmp_path


class Page(HTMLParser):
    """The text, elements, and attributes of a page."""

    EMPTY = frozenset({"meta", "link", "br", "hr", "img", "path", "circle", "rect", "polyline", "polygon"})

    def __init__(self, html):
        super().__init__()
        self.text, self.tags, self.open = "", [], []
        self.inside = {"svg": [], "table": []}  # for each drawing and table, the names of the elements in it
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        """Begin an element. It stays open unless it is a void element."""
        self.tags.append((tag, dict(attrs)))
        for outer, found in self.inside.items():
            if tag == outer:
                found.append([])
            elif outer in self.open:
                found[-1].append(tag)
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        """Add an element that ends at once."""
        self.handle_starttag(tag, attrs)
        if tag not in self.EMPTY:
            self.open.pop()

    def handle_endtag(self, tag):
        """End the element that was begun last."""
        assert self.open.pop() == tag

    def handle_data(self, data):
        """Collect the text outside styles."""
        if "style" not in self.open:
            self.text += data

    def of(self, tag):
        """Return the attributes of each element with this name."""
        return [attributes for name, attributes in self.tags if name == tag]


@functools.cache
def page():
    """Return the page in the repository."""
    return Page(MADE.read_text(encoding="utf-8"))


# Made from its source


def test_page_is_in_step_and_needs_no_node(make, monkeypatch):
    """formulas.json is in step, too: it has exactly the formulas of the text."""
    monkeypatch.setattr(make.shutil, "which", lambda program: pytest.fail(f"{program} was asked for"))
    made = make.build(ROOT)
    assert {name: (ROOT / name).read_bytes() for name in made} == made


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("@eq:slope,", "@eq:slpoe,", "line NN: there is no equation named slpoe"),
        ("@ch:init)", "@ch:start)", "line NN: there is no chapter named start"),
        ("$$ (mirror)", "$$ (sigmoid)", "line NN: there are two equations named sigmoid"),
        ("{{ tiny.ll_by_y_hat", "{{ tiny.ll_by_yhat", "line NN: .*'ll_by_yhat'"),
        ("{#units}\n", "", "line NN: a chapter needs a name"),
        ("[doi.org/10.24432/C50P49](https://doi.org/10.24432/C50P49)", "[here](#nowhere)", "a link leads to #nowhere"),
    ],
)
def test_slip_in_the_source_is_named_with_its_line(make, copy, old, new, complaint):
    """Nothing is written."""
    at = SOURCE.count("\n", 0, SOURCE.index(old)) + 1
    source = copy / "solution" / "handout" / "handout.md"
    source.write_text(SOURCE.replace(old, new, 1), encoding="ascii")
    with pytest.raises(make.CannotMake, match="solution/handout/handout.md.*" + complaint.replace("NN", str(at))):
        make.build(copy)


def test_new_formula_without_node_says_what_to_install(make, copy, monkeypatch):
    """One sentence also quotes the formula."""
    monkeypatch.setattr(make.shutil, "which", {}.get)
    source = copy / "solution" / "handout" / "handout.md"
    source.write_text(SOURCE.replace("$z > 0$", "$z > 7 + x_3$"), encoding="ascii")
    with pytest.raises(make.CannotMake, match=r"does not hold \$z > 7 \+ x_3\$ yet \(1 in all\).* install Node.js 18"):
        make.build(copy)


def test_temml_is_pinned_without_an_address():
    """A checksum pins it, and npm decides where to download it from."""
    lock = (FOLDER / "package-lock.json").read_text(encoding="ascii")
    assert "sha512-" in lock
    assert "resolved" not in lock
    assert "://" not in lock


# Numbers


def test_worked_networks_agree_with_the_reference_and_the_solution(numbers):
    """Compare forward, log likelihood, and every derivative."""
    for program in (load(ROOT / "tests" / "cases" / "reference.py"), load(SOLUTION)):
        for worked in (numbers.tiny, numbers.other, numbers.after, *numbers.xor):
            x, y = np.array([worked.x]), np.array([worked.y])
            theta_h, theta_y = np.array(worked.theta_h), np.array(worked.theta_y)
            h, y_hat = program.forward(x, theta_h, theta_y)
            assert np.allclose(h, [worked.h], rtol=1e-12)
            assert np.allclose(y_hat, [worked.y_hat], rtol=1e-12)
            assert program.log_likelihood(y, y_hat) == pytest.approx(worked.ll, rel=1e-12)
            grad_theta_h, grad_theta_y = program.backprop(x, y, h, y_hat, theta_y)
            assert np.allclose(grad_theta_h, worked.grad_theta_h, rtol=1e-12)
            assert np.allclose(grad_theta_y, worked.grad_theta_y, rtol=1e-12)


def test_worked_network_is_the_one_of_the_checks(numbers):
    """The text says so."""
    x, _, theta_h, theta_y = load(ROOT / "tests" / "cases" / "test_4_backprop.py").one_image(1.0)
    assert x.tolist() == [numbers.tiny.x]
    assert theta_h.tolist() == numbers.tiny.theta_h
    assert theta_y.tolist() == numbers.tiny.theta_y


def test_weights_found_by_hand_solve_xor(numbers):
    """The outputs equal the labels when rounded to two digits."""
    assert [round(worked.y_hat, 2) for worked in numbers.xor] == [worked.y for worked in numbers.xor] == [0, 1, 1, 0]


def test_other_worked_numbers_agree_with_the_reference(numbers):
    """Compare sigmoids, their slopes, three datapoints, the nudge, and the score of an undecided network."""
    reference = load(ROOT / "tests" / "cases" / "reference.py")
    for z, value in numbers.sigma.items():
        assert value == pytest.approx(float(reference.sigmoid(z)), rel=1e-12)
    for z, value in numbers.slope.items():
        measured = (reference.sigmoid(z + 1e-5) - reference.sigmoid(z - 1e-5)) / 2e-5
        assert value == pytest.approx(float(measured), rel=1e-5)
    three = numbers.three
    y, y_hat = np.array(three["y"]), np.array(three["y_hat"])
    assert reference.log_likelihood(y, y_hat) == pytest.approx(three["ll"], rel=1e-12)
    assert np.exp(three["ll"]) == pytest.approx(three["likelihood"], rel=1e-12)
    tiny = numbers.tiny
    _, slopes = reference.finite_differences(
        np.array([tiny.x]), np.array([tiny.y]), np.array(tiny.theta_h), np.array(tiny.theta_y), numbers.nudge
    )
    assert numbers.measured == pytest.approx(slopes[0], rel=1e-6)
    labels = np.arange(numbers.images) % 2
    assert reference.log_likelihood(labels, np.full(numbers.images, 0.5)) == pytest.approx(numbers.undecided)


def arrays(data):
    """Return the datapoints as arrays."""
    return np.array([x for x, _ in data]), np.array([y for _, y in data])


def test_worked_single_neurons_agree_with_the_solution(numbers, extensions):
    """Compare logistic regression, the squared error and its steps, and the neuron that is confidently wrong."""
    x, y = arrays(numbers.few)
    for steps in (0, 1, 2, 10, 100):
        worked = numbers.climb[steps]
        theta = extensions.train_logistic(x, y, numbers.climb_step, steps)
        assert np.allclose(theta, worked["theta"], rtol=1e-12)
        assert np.allclose(extensions.logistic_gradient(x, y, theta), worked["gradient"], rtol=1e-9)
        assert extensions.neuron_loss(x, y, theta) == pytest.approx(worked["e"], rel=1e-9)
        reference = load(ROOT / "tests" / "cases" / "reference.py")
        assert reference.log_likelihood(y, reference.sigmoid(x @ theta)) == pytest.approx(worked["ll"], rel=1e-9)
    for worked in (numbers.wander, numbers.otherwise):
        order = [step["k"] for step in worked]
        for count, step in enumerate(worked, 1):
            w = extensions.train_neuron_sgd(x, y, np.zeros(2), 1.0, np.array(order[:count]))
            assert np.allclose(w, step["w"], rtol=1e-12)
    wrong = SimpleNamespace(**numbers.wrong)
    given = np.array([wrong.x]), np.array([wrong.y])
    assert np.allclose(extensions.neuron_gradient(given[0][0], wrong.y, np.array(wrong.w)), getattr(wrong, "with"))
    assert np.allclose(-extensions.logistic_gradient(*given, np.array(wrong.w)), wrong.without)
    assert wrong.e == pytest.approx(extensions.neuron_loss(*given, np.array(wrong.w)))

    def doubts(steps):
        w = extensions.train_neuron_sgd(*given, np.array(wrong.w), 1.0, np.zeros(steps, int))
        return float(given[0][0] @ w) >= 0

    assert [doubts(wrong.steps_with - 1), doubts(wrong.steps_with)] == [False, True]
    for steps, expected in ((wrong.steps_without - 1, False), (wrong.steps_without, True)):
        w = np.array(wrong.w)
        for _ in range(steps):
            w = w + extensions.logistic_gradient(*given, w)
        assert (float(given[0][0] @ w) >= 0) == expected


def test_worked_perceptron_agrees_with_the_solution(numbers, extensions):
    """Compare pass by pass: one perceptron comes to rest, and the other goes around in circles."""
    x = np.array(numbers.corner["x"])
    for worked in (numbers.corner["either"], numbers.corner["xor"]):
        y = np.array(worked["labels"])
        for turn, w in enumerate(worked["after"]):
            order = np.tile(np.arange(4), turn)
            assert extensions.train_perceptron(x, y, np.zeros(3), 1.0, order).tolist() == w
            right = extensions.perceptron_predict(x, np.array(w)).tolist() == worked["labels"]
            assert right == (worked is numbers.corner["either"] and turn >= worked["changes"][-1]["turn"])
    first, again = numbers.corner["round"]["first"], numbers.corner["round"]["again"]
    assert numbers.corner["xor"]["after"][first] == numbers.corner["xor"]["after"][again]
    assert len(numbers.corner["either"]["changes"]) == 5  # the text shows this many


def test_worked_network_of_two_outputs_agrees_with_the_solution(numbers, extensions):
    """Compare forward, error, gradients, and a step. Check the gradient of W by finite differences."""
    both = numbers.both
    x, y, W, V = (np.array(values) for values in ([both.x], [both.y], both.W, both.V))
    h, y_hat = extensions.forward_multi(x, W, V)
    assert np.allclose(h, [both.h], rtol=1e-12)
    assert np.allclose(y_hat, [both.y_hat], rtol=1e-12)
    assert y_hat[0, 0] == pytest.approx(numbers.tiny.y_hat, rel=1e-12)
    assert extensions.squared_loss(y, y_hat) == pytest.approx(both.e, rel=1e-12)
    grad_W, grad_V = extensions.backprop_multi(x, y, h, y_hat, V)
    assert np.allclose(grad_W, both.grad_W, rtol=1e-12)
    assert np.allclose(grad_V, both.grad_V, rtol=1e-12)
    new_W, new_V = extensions.train_multi_sgd(x, y, W, V, 1.0, np.array([0]))
    assert np.allclose(new_W, numbers.both_after.W, rtol=1e-12)
    assert np.allclose(new_V, numbers.both_after.V, rtol=1e-12)
    late_W = W - extensions.backprop_multi(x, y, *extensions.forward_multi(x, W, new_V), new_V)[0]
    assert np.allclose(late_W, numbers.both_mixed.W, rtol=1e-12)

    def error(W, V):
        return extensions.squared_loss(y, extensions.forward_multi(x, W, V)[1])

    for place in np.ndindex(W.shape):
        nudge = np.zeros(W.shape)
        nudge[place] = 1e-5
        assert (error(W + nudge, V) - error(W - nudge, V)) / 2e-5 == pytest.approx(both.grad_W[place[0]][place[1]])


@pytest.mark.parametrize("kind", ["disc", "xor"])
def test_points_in_the_plane_are_learned_by_the_solution_as_they_were(numbers, extensions, kind):
    """Both train from the same first weights in the same order, and count the same correct answers."""
    plane = SimpleNamespace(**numbers.plane[kind])
    x, y = arrays(plane.seen)
    new_x, new_y = arrays(plane.unseen)
    assert len(y) == len(new_y) == numbers.points
    assert np.mean(y) == np.mean(new_y) == 0.5
    for points, labels in ((x, y), (new_x, new_y)):
        if kind == "disc":
            radius = np.hypot(points[:, 1], points[:, 2])
            assert ((radius < 0.5) == (labels == 1)).all()
            assert ((radius >= 0.7) & (radius <= 1.2))[labels == 0].all()
        else:
            assert ((points[:, 1] * points[:, 2] > 0) == (labels == 1)).all()
            assert ((abs(points[:, 1:]) >= 0.1) & (abs(points[:, 1:]) <= 1)).all()
    theta = extensions.train_logistic(x, y, 0.01, 100)
    assert np.allclose(theta, plane.theta, rtol=1e-9)
    assert np.mean(extensions.perceptron_predict(new_x, theta) == new_y) == plane.line
    assert 0.45 < plane.line < 0.6  # the text says: about as well as a coin
    assert len(plane.order) == numbers.turns * numbers.points
    one_hot = np.column_stack([1 - y, y])
    W, V = extensions.train_multi_sgd(
        x, one_hot, np.array(plane.first_W), np.array(plane.first_V), numbers.stride, np.array(plane.order)
    )
    assert W.shape == (3, numbers.units)
    assert np.allclose(W, plane.W, rtol=1e-6)
    assert np.allclose(V, plane.V, rtol=1e-6)
    assert np.mean(extensions.two_guesses(new_x, W, V)[:, 0] == new_y) == plane.network
    assert plane.network > 0.95


@pytest.mark.parametrize(("pair", "digits"), [("zero_one", (0, 1)), ("one_two", (1, 2))])
def test_two_digits_need_no_hidden_layer(numbers, extensions, pair, digits):
    """The text says that logistic regression is as good on them as the network."""
    worked = SimpleNamespace(**numbers.pairs[pair])
    folder = ROOT / "datasets" / "digits" / "public"
    x, y = {}, {}
    for part in ("train", "test"):
        images, labels = np.load(folder / f"{part}_images.npy") / 16, np.load(folder / f"{part}_labels.npy")
        x[part], y[part] = images[np.isin(labels, digits)], (labels[np.isin(labels, digits)] == 1).astype(float)
    theta = extensions.train_logistic(x["train"], y["train"], 0.015, 100)
    assert np.allclose(theta, worked.theta, rtol=1e-9)
    assert len(y["test"]) == worked.count
    assert np.mean(extensions.perceptron_predict(x["test"], theta) == y["test"]) == worked.line == worked.network
    program, chance = load(SOLUTION), np.random.RandomState(109)
    theta_h, theta_y = chance.normal(0, 0.1, (40, 20)), chance.normal(0, 0.1, 20)
    for _ in range(100):
        h, y_hat = program.forward(x["train"], theta_h, theta_y)
        slope_h, slope_y = program.backprop(x["train"], y["train"], h, y_hat, theta_y)
        theta_h, theta_y = theta_h + 0.015 * slope_h, theta_y + 0.015 * slope_y
    assert np.mean((program.forward(x["test"], theta_h, theta_y)[1] >= 0.5) == y["test"]) == worked.network


def test_ten_digits_are_read_by_the_solution_as_well_as_the_text_says(numbers, extensions):
    """Train each network by the recipe of the extra-credit case."""
    recipes = load(ROOT / "tests" / "cases" / "extensions" / "recipes.py")
    ten = SimpleNamespace(**numbers.ten)
    assert ten.sizes == (65, recipes.HIDDEN, recipes.CLASSES)
    assert ten.spread == recipes.SPREAD
    x, labels = recipes.ten_digits()[:2]
    images = np.load(ROOT / "datasets" / "digits" / "public" / "ten_test_images.npy") / 16
    shown = np.load(ROOT / "datasets" / "digits" / "public" / "ten_test_labels.npy")
    unseen = np.column_stack([np.ones(len(images)), images])
    assert (len(x), len(unseen)) == (ten.seen, ten.count)
    assert not {row.tobytes() for row in x} & {row.tobytes() for row in unseen}
    guesses = []
    for seed in ten.seeds:
        W, V = extensions.train_multi_sgd(
            x,
            recipes.one_hot(labels, recipes.CLASSES),
            *recipes.first_weights(*ten.sizes, recipes.SPREAD, seed),
            ten.step,
            recipes.mixed(len(x), ten.passes, seed),
        )
        guesses.append(extensions.two_guesses(unseen, W, V))
    hit = np.array(guesses) == shown[:, None]  # network, image, guess
    assert hit[:, :, 0].sum(axis=1).tolist() == ten.right
    assert hit.any(axis=2).sum(axis=1).tolist() == ten.either
    assert statistics.mean(ten.right) == pytest.approx(ten.mean)
    assert statistics.stdev(ten.right) == pytest.approx(ten.deviation)
    assert hit[:, :, 0].size - hit[:, :, 0].sum() == ten.wrong
    assert hit[:, :, 1].sum() == ten.rescued
    assert (~hit[:, :, 0]).any(axis=0).sum() == ten.images
    table = np.zeros((10, 10), int)
    for answers in guesses:
        np.add.at(table, (shown, answers[:, 0]), 1)
    np.fill_diagonal(table, 0)
    most, second = np.sort(table, axis=None)[:-3:-1]
    assert np.unravel_index(table.argmax(), table.shape) == ten.confused[0][0]
    assert (most, second) == (ten.confused[0][1], ten.confused[1][1])
    assert most > second  # otherwise the text would have to name two pairs


def test_worked_softmax_adds_up_and_has_the_slope_that_the_text_gives(numbers):
    """The slopes of the cross entropy are measured by nudging each sum."""
    soft = SimpleNamespace(**numbers.soft)
    assert sum(soft.y_hat) == pytest.approx(1)

    def cross_entropy(z):
        return np.log(np.sum(np.exp(z))) - np.dot(soft.y, z)

    assert cross_entropy(np.array(soft.z)) == pytest.approx(-soft.ll)
    for k, nudge in enumerate(1e-5 * np.eye(len(soft.z))):
        measured = (cross_entropy(soft.z + nudge) - cross_entropy(soft.z - nudge)) / 2e-5
        assert measured == pytest.approx(soft.d[k])


def test_no_result_is_typed():
    """Numbers with three or more decimals come from worked.py, except 0.001: a step size, and a bad habit."""
    assert set(re.findall(r"\d\.\d{3,}", re.sub(r"\[doi.*\)", "", SOURCE))) == {"0.001"}


def test_arithmetic_in_the_text_adds_up(text):
    """Both sides of an equals sign have the same value, as far as the digits shown allow."""
    names = {"log": np.log, "sigma": lambda z: 1 / (1 + np.exp(-z)), "__builtins__": {}}
    found = 0
    for formula in re.findall(r"\$\$(.+?)\$\$|\$([^$]+)\$", text, re.DOTALL):
        tex = re.sub(r"\\(begin|end){aligned}|\\quad|{}", "", "".join(formula))
        tex = re.sub(r"\\\\\s*&", " ", tex)  # a row that begins with & continues the equation above
        for equation in tex.split(r"\\"):
            sides = [side.replace(r"\cdot", "*").strip(" &\n") for side in equation.split("=")]
            sides = [re.sub(r"\\log ([\d.]+)", r"\\log(\1)", side).replace("\\", "") for side in sides]
            if any("log(0)" in side for side in sides):
                continue  # a convention, not a computed value
            values = [
                float(eval(side, names)) if re.fullmatch(r"(?:[\d.\s()*+/-]|log|sigma)*\d(?:[\d.\s)])*", side) else None
                for side in sides
            ]
            for left, right in itertools.pairwise(values):
                if left is not None and right is not None:
                    found += 1
                    assert left == pytest.approx(right, abs=2e-4), equation
    assert found >= 15


# Equations


def test_equations_have_the_numbers_that_others_tell(make):
    """Each `handout, equation (N)` of a case and each `Equation (N)` of a docstring refers to the intended equation."""
    by_number = {number: label for label, number in make.equations(ROOT).items()}
    told = {}
    for path in (*sorted((ROOT / "tests" / "cases").rglob("test_*.py")), SOLUTION, EXTENSIONS):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                lines = [line for line in (ast.get_docstring(node) or "").splitlines() if "quation" in line]
                if found := re.findall(r"\((\d+)\)", " ".join(lines)):
                    told.setdefault(path.stem, {})[node.name] = {by_number[int(number)] for number in found}
    assert told == MEANT


def test_every_equation_shows_its_number(make):
    """The number links to the equation, and the numbers follow the order of the text."""
    shown = [(a["href"], a["aria-label"]) for a in page().of("a") if a.get("class") == "number"]
    assert shown == [(f"#eq-{label}", f"Equation {number}") for label, number in make.equations(ROOT).items()]
    assert [int(number) for number in re.findall(r'aria-label="Equation (\d+)"', MADE.read_text("ascii"))] == list(
        range(1, len(shown) + 1)
    )


# The page


def test_page_is_one_small_file_of_ascii():
    """It is smaller than 225 kB, and has no byte that a wrong encoding could change."""
    data = MADE.read_bytes()
    assert len(data) < 225_000
    assert data.isascii()
    assert b'<meta charset="utf-8">' in data


def test_page_has_no_script_and_fetches_nothing():
    """Links to sources are the only URLs."""
    tags = {tag for tag, _ in page().tags}
    assert not tags & {"script", "img", "iframe", "object", "embed", "form", "input", "audio", "video", "merror"}
    for tag, attributes in page().tags:
        assert not any(name.startswith("on") or name in {"src", "srcset", "action"} for name in attributes)
        if "href" in attributes:
            link = attributes["href"]
            assert link.startswith(("#", "https://doi.org/")) or (tag, link) == ("link", "data:,")
    assert not re.search(r"url\(|@import|@font-face", MADE.read_text(encoding="ascii"))


def test_every_link_inside_the_page_leads_somewhere():
    """All ids are unique, too."""
    names = [attributes["id"] for _, attributes in page().tags if "id" in attributes]
    assert len(names) == len(set(names))
    targets = {a["href"][1:] for a in page().of("a") if a["href"].startswith("#")}
    assert targets <= set(names)
    for svg in page().of("svg"):
        assert set(svg["aria-labelledby"].split()) <= set(names)


def test_drawings_have_titles_and_tables_have_headers():
    """Screen readers need them."""
    assert len(page().inside["svg"]) > 10
    for inside in page().inside["svg"]:
        assert inside[:2] == ["title", "desc"]
    assert all(svg["role"] == "img" for svg in page().of("svg"))
    assert len(page().inside["table"]) > 5
    assert all("th" in inside for inside in page().inside["table"])


def test_headings_come_in_order():
    """The only top-level heading comes first, and no level is skipped."""
    levels = [int(tag[1]) for tag, _ in page().tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(b <= a + 1 for a, b in itertools.pairwise(levels))


def test_page_gives_no_answer_away():
    """Both the HTML and the text as it is read are checked."""
    for solution in (SOLUTION.read_text(encoding="utf-8"), EXTENSIONS.read_text(encoding="utf-8")):
        assert leaks(solution, readable({"handout.html": MADE.read_bytes()})) == []
        assert leaks(solution, {"the text": page().text, "the source": SOURCE}) == []


def test_tone_is_calm():
    """The text has no exclamation marks."""
    assert "!" not in page().text


# In a browser


@pytest.mark.parametrize("width", [360, 1280])
def test_page_fits_its_window(reader, width):
    """Every formula and table fits its column, too."""
    opened = reader.open(MADE, viewport={"width": width, "height": 800})
    opened.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert too_wide(opened) <= 0
    outside = opened.evaluate(
        """() => {
            const right = document.querySelector("main").getBoundingClientRect().right;
            return [...document.querySelectorAll("math, math *, table, td, svg, pre, code")]
                .filter(one => one.getBoundingClientRect().right > right)
                .map(one => one.textContent);
        }"""
    )
    assert outside == []


@pytest.mark.slow
def test_page_enlarged_four_times_need_not_be_scrolled_sideways(reader):
    """A window of 1,280 pixels then has 320. Whatever is wider scrolls in a frame of its own."""
    assert too_wide(reader.open(MADE, viewport={"width": 320, "height": 800})) <= 0


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_page_is_accessible(reader, width, scheme):
    """axe finds nothing serious, and the dark scheme has a dark background."""
    opened = reader.open(MADE, viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True)
    opened.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    paper = opened.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", paper)[:3])) < 200) == (scheme == "dark")
    assert serious(opened) == []


@pytest.mark.slow
def test_page_is_read_by_keyboard_and_without_script(reader):
    """The first link skips the table of contents, and answers unfold."""
    opened = reader.open(MADE, java_script_enabled=False)
    opened.keyboard.press("Tab")
    opened.keyboard.press("Enter")
    opened.wait_for_url("**/handout.html#build")
    opened.locator("summary").first.press("Enter")
    opened.locator("details > div").first.wait_for(state="visible")


@pytest.mark.slow
def test_page_prints(reader):
    """Answers to questions are printed, and the table of contents is not."""
    opened = reader.open(MADE)
    opened.emulate_media(media="print")
    assert opened.locator("nav").is_hidden()
    assert opened.locator("details > div").first.is_visible()
    assert opened.pdf(prefer_css_page_size=True).startswith(b"%PDF")
