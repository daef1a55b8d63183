"""handout.html: every number worked out again, every link, and the page as it is read."""

import ast
import functools
import itertools
import re
import shutil
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
SOURCE = (FOLDER / "handout.md").read_text(encoding="ascii")

# Where cases and docstrings send their readers.
MEANT = {
    "test_known_values": {"sigmoid"},
    "test_hidden_layer_of_one_image": {"hidden"},
    "test_y_hat_of_one_image": {"output"},
    "test_three_datapoints": {"log-likelihood"},
    "test_theta_y_from_one_image": {"grad-theta-y"},
    "test_theta_h_from_one_image": {"grad-theta-h"},
    "test_gradient_sums_over_images": {"sum-over-images"},
    "test_against_finite_differences": {"central-difference"},
    "sigmoid": {"sigmoid"},
    "forward": {"hidden", "output"},
    "log_likelihood": {"log-likelihood"},
    "backprop": {"chain-theta-y", "chain-theta-h", "sum-over-images"},
}


@pytest.fixture(scope="module")
def make():
    """The program that makes the page."""
    return load(FOLDER / "make.py")


@pytest.fixture(scope="module")
def numbers():
    """What the text and the drawings take their numbers from."""
    return SimpleNamespace(**load(FOLDER / "worked.py").values())


@pytest.fixture(scope="module")
def text(make):
    """The Markdown with its numbers and references filled in."""
    return make._resolved(SOURCE, make._worked(FOLDER).values())[0]


@pytest.fixture
def copy(tmp_path):
    """What the page is made from, to be changed."""
    shutil.copytree(FOLDER, tmp_path / "solution" / "handout", ignore=shutil.ignore_patterns("node_modules"))
    shutil.copytree(ROOT / "datasets" / "digits" / "public", tmp_path / "datasets" / "digits" / "public")
    return tmp_path


class Page(HTMLParser):
    """What a page is made of."""

    EMPTY = frozenset({"meta", "link", "br", "hr", "img", "path", "circle", "rect", "polyline", "polygon"})

    def __init__(self, html):
        super().__init__()
        self.text, self.tags, self.open = "", [], []
        self.inside = {"svg": [], "table": []}  # for each drawing and table the names of the elements in it
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        """An element begins, and stays open unless it can hold nothing."""
        self.tags.append((tag, dict(attrs)))
        for outer, found in self.inside.items():
            if tag == outer:
                found.append([])
            elif outer in self.open:
                found[-1].append(tag)
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        """An element without anything in it."""
        self.handle_starttag(tag, attrs)
        if tag not in self.EMPTY:
            self.open.pop()

    def handle_endtag(self, tag):
        """Elements end in the order in which they began, the last one first."""
        assert self.open.pop() == tag

    def handle_data(self, data):
        """Text that is read."""
        if "style" not in self.open:
            self.text += data

    def of(self, tag):
        """The attributes of each element of this name."""
        return [attributes for name, attributes in self.tags if name == tag]


@functools.cache
def page():
    """The page as it lies in the repository."""
    return Page(MADE.read_text(encoding="utf-8"))


# Made from its source


def test_page_is_in_step_and_needs_no_node(make, monkeypatch):
    """Also formulas.json: it holds what the text uses, and nothing else."""
    monkeypatch.setattr(make.shutil, "which", lambda program: pytest.fail(f"{program} was asked for"))
    assert {name: (ROOT / name).read_bytes() for name in make.build(ROOT)} == make.build(ROOT)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("@eq:slope,", "@eq:slpoe,", "line NN: there is no equation named slpoe"),
        ("@ch:init)", "@ch:start)", "line NN: there is no chapter named start"),
        ("$$ (mirror)", "$$ (sigmoid)", "line NN: there are two equations named sigmoid"),
        ("{{ tiny.ll_by_y_hat", "{{ tiny.ll_by_yhat", "line NN: .*'ll_by_yhat'"),
        ("{#ascent}\n", "", "line NN: a chapter needs a name"),
        ("[doi.org/10.24432/C50P49](https://doi.org/10.24432/C50P49)", "[here](#nowhere)", "a link leads to #nowhere"),
    ],
)
def test_slip_in_the_source_is_named_with_its_line(make, copy, old, new, complaint):
    """Before anything is written."""
    at = SOURCE.count("\n", 0, SOURCE.index(old)) + 1
    source = copy / "solution" / "handout" / "handout.md"
    source.write_text(SOURCE.replace(old, new, 1), encoding="ascii")
    with pytest.raises(make.CannotMake, match="solution/handout/handout.md.*" + complaint.replace("NN", str(at))):
        make.build(copy)


def test_new_formula_without_node_says_what_to_install(make, copy, monkeypatch):
    """One sentence, with the formula in it."""
    monkeypatch.setattr(make.shutil, "which", {}.get)
    source = copy / "solution" / "handout" / "handout.md"
    source.write_text(SOURCE.replace("$z > 0$", "$z > 7 + x_3$"), encoding="ascii")
    with pytest.raises(
        make.CannotMake, match=r"does not hold \$z > 7 \+ x_3\$ yet \(1 in all\).* install Node.js 18"
    ):
        make.build(copy)


def test_temml_is_pinned_without_an_address():
    """By its checksum: where it comes from is up to npm."""
    lock = (FOLDER / "package-lock.json").read_text(encoding="ascii")
    assert "sha512-" in lock
    assert "resolved" not in lock
    assert "://" not in lock


# Numbers


def test_worked_networks_agree_with_the_reference_and_the_solution(numbers):
    """Forward, log likelihood and every derivative."""
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
    """As the text says."""
    x, _, theta_h, theta_y = load(ROOT / "tests" / "cases" / "test_4_backprop.py").one_image(1.0)
    assert x.tolist() == [numbers.tiny.x]
    assert theta_h.tolist() == numbers.tiny.theta_h
    assert theta_y.tolist() == numbers.tiny.theta_y


def test_weights_found_by_hand_solve_xor(numbers):
    """And surely so."""
    assert [round(worked.y_hat, 2) for worked in numbers.xor] == [worked.y for worked in numbers.xor] == [0, 1, 1, 0]


def test_other_worked_numbers_agree_with_the_reference(numbers):
    """Sigmoids, three datapoints, the nudge, and what an undecided network gets."""
    reference = load(ROOT / "tests" / "cases" / "reference.py")
    for z, value in numbers.sigma.items():
        assert value == pytest.approx(float(reference.sigmoid(z)), rel=1e-12)
    for z, value in numbers.slope.items():
        measured = (reference.sigmoid(z + 1e-5) - reference.sigmoid(z - 1e-5)) / 2e-5
        assert value == pytest.approx(float(measured), rel=1e-5)
    three = numbers.three
    assert reference.log_likelihood(three["y"], three["y_hat"]) == pytest.approx(three["ll"], rel=1e-12)
    assert np.exp(three["ll"]) == pytest.approx(three["likelihood"], rel=1e-12)
    tiny = numbers.tiny
    _, slopes = reference.finite_differences(
        np.array([tiny.x]), np.array([tiny.y]), np.array(tiny.theta_h), np.array(tiny.theta_y), numbers.nudge
    )
    assert numbers.measured == pytest.approx(slopes[0], rel=1e-6)
    labels = np.arange(numbers.images) % 2
    assert reference.log_likelihood(labels, np.full(numbers.images, 0.5)) == pytest.approx(numbers.undecided)


def test_no_result_is_typed():
    """Whatever has three digits behind its point comes from worked.py, but for a step size and a bad habit."""
    assert set(re.findall(r"\d\.\d{3,}", re.sub(r"\[doi.*\)", "", SOURCE))) == {"0.001"}


def test_arithmetic_in_the_text_adds_up(text):
    """Numbers on one side of a sign of equality give the number on the other, as far as its digits are shown."""
    names = {"log": np.log, "sigma": lambda z: 1 / (1 + np.exp(-z)), "__builtins__": {}}
    found = 0
    for formula in re.findall(r"\$\$(.+?)\$\$|\$([^$]+)\$", text, re.DOTALL):
        tex = re.sub(r"\\(begin|end){aligned}|\\quad|{}", "", "".join(formula))
        tex = re.sub(r"\\\\\s*&", " ", tex)  # a row that begins with & goes on with the equation above
        for equation in tex.split(r"\\"):
            sides = [side.replace(r"\cdot", "*").strip(" &\n") for side in equation.split("=")]
            sides = [re.sub(r"\\log ([\d.]+)", r"\\log(\1)", side).replace("\\", "") for side in sides]
            if any("log(0)" in side for side in sides):
                continue  # agreed upon, not computed
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
    """Each `handout, equation (N)` of a case and each `Equation (N)` of a docstring means what it says."""
    by_number = {number: label for label, number in make.equations(ROOT).items()}
    told = {}
    for path in (*sorted((ROOT / "tests" / "cases").glob("test_*.py")), SOLUTION):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                lines = [line for line in (ast.get_docstring(node) or "").splitlines() if "quation" in line]
                if found := re.findall(r"\((\d+)\)", " ".join(lines)):
                    told[node.name] = {by_number[int(number)] for number in found}
    assert told == MEANT


def test_every_equation_shows_its_number(make):
    """As a link to itself, in the order of the text."""
    shown = [(a["href"], a["aria-label"]) for a in page().of("a") if a.get("class") == "number"]
    assert shown == [(f"#eq-{label}", f"Equation {number}") for label, number in make.equations(ROOT).items()]
    assert [int(number) for number in re.findall(r'aria-label="Equation (\d+)"', MADE.read_text("ascii"))] == list(
        range(1, len(shown) + 1)
    )


# The page


def test_page_is_one_small_file_of_ascii():
    """Under 150 kB, and no byte that a wrong encoding could spoil."""
    data = MADE.read_bytes()
    assert len(data) < 150_000
    assert data.isascii()
    assert b'<meta charset="utf-8">' in data


def test_page_has_no_script_and_fetches_nothing():
    """Links to sources are the only addresses."""
    tags = {tag for tag, _ in page().tags}
    assert not tags & {"script", "img", "iframe", "object", "embed", "form", "input", "audio", "video", "merror"}
    for tag, attributes in page().tags:
        assert not any(name.startswith("on") or name in {"src", "srcset", "action"} for name in attributes)
        if "href" in attributes:
            link = attributes["href"]
            assert link.startswith(("#", "https://doi.org/")) or (tag, link) == ("link", "data:,")
    assert not re.search(r"url\(|@import|@font-face", MADE.read_text(encoding="ascii"))


def test_every_link_inside_the_page_leads_somewhere():
    """And no place has two names."""
    names = [attributes["id"] for _, attributes in page().tags if "id" in attributes]
    assert len(names) == len(set(names))
    targets = {a["href"][1:] for a in page().of("a") if a["href"].startswith("#")}
    assert targets <= set(names)
    for svg in page().of("svg"):
        assert set(svg["aria-labelledby"].split()) <= set(names)


def test_drawings_have_titles_and_tables_have_headers():
    """For those who hear the page."""
    assert len(page().inside["svg"]) > 10
    for inside in page().inside["svg"]:
        assert inside[:2] == ["title", "desc"]
    assert all(svg["role"] == "img" for svg in page().of("svg"))
    assert len(page().inside["table"]) > 5
    assert all("th" in inside for inside in page().inside["table"])


def test_headings_come_in_order():
    """One at the top, and none skips a level."""
    levels = [int(tag[1]) for tag, _ in page().tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(b <= a + 1 for a, b in itertools.pairwise(levels))


def test_page_gives_no_answer_away():
    """As it stands, and as it is read."""
    solution = SOLUTION.read_text(encoding="utf-8")
    assert leaks(solution, readable({"handout.html": MADE.read_bytes()})) == []
    assert leaks(solution, {"the text": page().text, "the source": SOURCE}) == []


def test_tone_is_calm():
    """No exclamation marks."""
    assert "!" not in page().text


# In a browser


@pytest.mark.parametrize("width", [360, 1280])
def test_page_fits_its_window(reader, width):
    """And every formula and table fits its column."""
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


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_page_is_accessible(reader, width, scheme):
    """axe has nothing serious to say; dark means dark."""
    opened = reader.open(MADE, viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True)
    opened.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    paper = opened.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", paper)[:3])) < 200) == (scheme == "dark")
    assert serious(opened) == []


def test_page_is_read_by_keyboard_and_without_script(reader):
    """The first key leads past the contents, and answers unfold."""
    opened = reader.open(MADE, java_script_enabled=False)
    opened.keyboard.press("Tab")
    opened.keyboard.press("Enter")
    assert opened.url.endswith("#build")
    opened.locator("summary").first.press("Enter")
    assert opened.locator("details > div").first.is_visible()


def test_page_prints(reader):
    """With the answers to its questions, and without its table of contents."""
    opened = reader.open(MADE)
    opened.emulate_media(media="print")
    assert opened.locator("nav").is_hidden()
    assert opened.locator("details > div").first.is_visible()
    assert opened.pdf(prefer_css_page_size=True).startswith(b"%PDF")
