"""draw.py and its page: drawings are recognized, numbers are the student's own, and every mistake has a message.

Drawings are lists of strokes, each a list of points with coordinates from 0 to 1 on the pad. A real mouse draws them.
"""

import importlib.util
import itertools
import json
import math
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest

from ..pages import Reader, serious, too_wide
from .conftest import EXTENSIONS, ROOT, SOLUTION, add, without_matplotlib

PAIRS = ((0, 1), (1, 2))
SIDE = 128  # width and height of the pad, in squares


@pytest.fixture(scope="module")
def run(start):
    """Return a function that runs a program from another folder, without a display, and with a Windows code page."""

    def run(home, *arguments, program="draw.py", **variables):
        settings = {
            "PYTHONDONTWRITEBYTECODE": "1",
            "COLUMNS": "40",
            "DISPLAY": "",
            "WAYLAND_DISPLAY": "",
            "BROWSER": "",
        }
        if program == "train.py":
            settings |= without_matplotlib(home)
        return start(home, program, *arguments, **settings | variables)

    return run


@pytest.fixture(scope="module")
def trained(run, tmp_path_factory):
    """Return a student's folder after `python train.py` and `python draw.py`. Tests must not change it."""
    folder = tmp_path_factory.mktemp("drawn") / "Meine Übung"
    shutil.copytree(ROOT / "solution" / "starter", folder)
    shutil.copytree(ROOT / "datasets" / "digits" / "public", folder / "data")
    (folder / "neural_network.py").write_text(SOLUTION, encoding="utf-8")
    for program in ("train.py", "draw.py"):
        done = run(folder, program=program)
        assert (done.returncode, done.stderr) == (0, "")
    return folder


@pytest.fixture
def mine(trained, tmp_path):
    """Return a copy of that folder, which a test may change."""
    return shutil.copytree(trained, tmp_path / "mine")


@pytest.fixture(scope="module")
def page(trained, chromium):
    """Open the page once for all tests that only draw on it."""
    reader = Reader(chromium)
    yield reader.open(trained / "trained" / "draw.html", viewport={"width": 1280, "height": 1000})
    reader.close()


@pytest.fixture
def pad(page):
    """Reset the shared page: nothing drawn, the first network."""
    page.get_by_role("radio", name="0 or 1").check()
    page.locator("#clear").click()
    page.locator("#thickness").fill("10")
    return page


def forward_of(folder):
    """Return the student's forward."""
    specification = importlib.util.spec_from_file_location("neural_network_drawn", folder / "neural_network.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module.forward


def weights_of(folder, digits):
    """Return the trained theta_h and theta_y."""
    with np.load(folder / "trained" / f"{digits[0]}-against-{digits[1]}.npz") as arrays:
        return arrays["theta_h"], arrays["theta_y"]


WIPE = """thickness => {
    document.getElementById("clear").click();
    document.getElementById("thickness").value = thickness;
    document.getElementById("pad").scrollIntoView({block: "nearest"});
    return document.getElementById("pad").getBoundingClientRect().toJSON();
}"""


def draw(page, strokes, thickness=10):
    """Clear the pad, and draw with the mouse."""
    box = page.evaluate(WIPE, thickness)
    for stroke in strokes:
        for k, (x, y) in enumerate(stroke):
            page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
            if k == 0:
                page.mouse.down()
        page.mouse.up()


def choose(page, digits):
    """Select the network for a pair of digits."""
    page.get_by_role("radio", name=f"{digits[0]} or {digits[1]}").check()


def drawn(page, name):
    """Return the page's current x, h, or y_hat."""
    return page.evaluate(f"window.drawn.{name}")


# ------------------------------------------------------------------------------------------ scripted handwriting


def ring(x, y, wide, high, slant=0.0, start=-90, sweep=360):
    """Return the strokes of a 0: an ellipse, closed or open."""
    angles = [math.radians(start + sweep * k / 12) for k in range(13)]
    return [[(x + wide * math.cos(t) - slant * high * math.sin(t), y + high * math.sin(t)) for t in angles]]


def bar(x, top, bottom, slant=0.0, flag=0.0, foot=0.0, bend=0.0):
    """Return the strokes of a 1: a line, with a flag at the top and a foot if they are not 0."""
    shift = slant * (bottom - top) / 2
    line = [(x + shift - 2 * shift * k / 4 + bend * math.sin(2 * k), top + (bottom - top) * k / 4) for k in range(5)]
    strokes = [[(x + shift - flag, top + flag), *line] if flag else line]
    return [*strokes, [(x - shift - foot, bottom), (x - shift + foot, bottom)]] if foot else strokes


def swan(x, y, wide, high, slant=0.0, kind="round"):
    """Return the strokes of a 2: an arc, a line down to the left, and a foot; or with a loop, or with corners only."""
    arc = [math.radians(180 + 215 * k / 8) for k in range(9)]
    points = [(0.45 * math.cos(t), -0.25 + 0.25 * math.sin(t)) for t in arc]
    if kind == "angular":
        points = [(-0.5, -0.42), (-0.3, -0.5), (0.35, -0.5), (0.5, -0.3), (0.4, -0.1)]
    if kind == "loop":
        round_again = [math.radians(150 + 330 * k / 7) for k in range(8)]
        points += [(-0.32 + 0.14 * math.cos(t), 0.4 + 0.08 * math.sin(t)) for t in round_again]
    else:
        points += [(-0.5, 0.5)]
    points += [(0.5, 0.5)]
    return [[(x + wide * u - slant * high * v, y + high * v) for u, v in points]]


DRAWINGS = {
    "0": (0, ring(0.5, 0.5, 0.24, 0.34), 10),
    "0 off-center": (0, ring(0.24, 0.3, 0.16, 0.24), 10),
    "0 small": (0, ring(0.6, 0.6, 0.10, 0.15), 7),
    "0 large": (0, ring(0.5, 0.5, 0.42, 0.46), 10),
    "0 thick": (0, ring(0.5, 0.5, 0.25, 0.33), 20),
    "0 thin": (0, ring(0.5, 0.5, 0.25, 0.33), 4),
    "0 slanted": (0, ring(0.5, 0.5, 0.2, 0.34, slant=0.35), 10),
    "0 open": (0, ring(0.5, 0.5, 0.24, 0.34, start=-60, sweep=320), 10),
    "0 narrow": (0, ring(0.5, 0.5, 0.12, 0.36), 10),
    "0 wide": (0, ring(0.5, 0.5, 0.36, 0.3), 10),
    "1": (1, bar(0.5, 0.12, 0.88), 10),
    "1 off-center": (1, bar(0.15, 0.08, 0.6), 10),
    "1 small": (1, bar(0.7, 0.6, 0.85), 7),
    "1 large": (1, bar(0.5, 0.03, 0.97), 10),
    "1 thick": (1, bar(0.5, 0.15, 0.85), 20),
    "1 thin": (1, bar(0.5, 0.15, 0.85), 4),
    "1 slanted": (1, bar(0.5, 0.12, 0.88, slant=0.3), 10),
    "1 with a flag": (1, bar(0.55, 0.12, 0.88, flag=0.14), 10),
    "1 with flag and foot": (1, bar(0.5, 0.12, 0.88, flag=0.14, foot=0.16), 10),
    "1 bent": (1, bar(0.5, 0.12, 0.88, bend=0.012), 10),
    "2": (2, swan(0.5, 0.5, 0.44, 0.7), 10),
    "2 off-center": (2, swan(0.28, 0.3, 0.3, 0.48), 10),
    "2 small": (2, swan(0.6, 0.6, 0.2, 0.3), 7),
    "2 large": (2, swan(0.5, 0.5, 0.7, 0.9), 10),
    "2 thick": (2, swan(0.5, 0.5, 0.46, 0.7), 20),
    "2 thin": (2, swan(0.5, 0.5, 0.46, 0.7), 4),
    "2 slanted": (2, swan(0.5, 0.5, 0.4, 0.7, slant=0.3), 10),
    "2 with a loop": (2, swan(0.5, 0.5, 0.5, 0.7, kind="loop"), 10),
    "2 angular": (2, swan(0.5, 0.5, 0.42, 0.7, kind="angular"), 10),
}


def curve(*places):
    """Return a rounded line through some points: twice, every corner is cut at a quarter of both its sides."""
    for _ in range(2):
        cut = [places[0]]
        for (x0, y0), (x1, y1) in itertools.pairwise(places):
            cut += [(0.75 * x0 + 0.25 * x1, 0.75 * y0 + 0.25 * y1), (0.25 * x0 + 0.75 * x1, 0.25 * y0 + 0.75 * y1)]
        places = [*cut, places[-1]]
    return list(places)


OTHERS = {
    "3": [curve((0.28, 0.2), (0.5, 0.08), (0.75, 0.25), (0.6, 0.45), (0.42, 0.48)),
          curve((0.42, 0.48), (0.7, 0.5), (0.78, 0.75), (0.5, 0.95), (0.26, 0.8))],
    "4": [[(0.55, 0.1), (0.28, 0.55), (0.78, 0.55)], [(0.64, 0.35), (0.58, 0.92)]],
    "4 open": [[(0.35, 0.1), (0.28, 0.5), (0.72, 0.5)], [(0.7, 0.1), (0.62, 0.92)]],
    "5": [[(0.72, 0.1), (0.36, 0.1), (0.33, 0.45)],
          curve((0.33, 0.45), (0.6, 0.36), (0.78, 0.6), (0.6, 0.92), (0.28, 0.85))],
    "6": [curve((0.66, 0.08), (0.36, 0.3), (0.28, 0.7), (0.45, 0.95), (0.72, 0.8), (0.65, 0.55), (0.35, 0.6))],
    "7": [[(0.3, 0.14), (0.72, 0.14), (0.45, 0.9)]],
    "7 crossed": [[(0.3, 0.14), (0.72, 0.14), (0.48, 0.9)], [(0.36, 0.5), (0.74, 0.5)]],
    "8": [curve((0.68, 0.2), (0.45, 0.05), (0.3, 0.25), (0.5, 0.48), (0.74, 0.72), (0.5, 0.98), (0.26, 0.75),
                (0.5, 0.48), (0.7, 0.3), (0.68, 0.2))],
    "9": [curve((0.7, 0.2), (0.45, 0.06), (0.3, 0.3), (0.5, 0.5), (0.7, 0.3), (0.7, 0.2)), [(0.7, 0.2), (0.62, 0.92)]],
}  # fmt: skip
EVERY_DIGIT = {name: strokes for name, (_, strokes, thickness) in DRAWINGS.items() if thickness == 10} | OTHERS


SEEN_BY = """number => {
    document.querySelectorAll("[name=network]")[number].click();
    return [window.drawn.x, window.drawn.h, window.drawn.y_hat];
}"""


@pytest.mark.slow
def test_drawings_are_recognized_and_every_answer_is_that_of_the_students_forward(trained, pad):
    """Each network recognizes at least 90% of the drawings of its digits. y_hat equals Python's within 1e-12."""
    forward, right, wrong = forward_of(trained), 0, []
    for name, (digit, strokes, thickness) in DRAWINGS.items():
        draw(pad, strokes, thickness)
        for digits in PAIRS:
            if digit not in digits:
                continue
            x, h, y_hat = pad.evaluate(SEEN_BY, PAIRS.index(digits))
            theirs_h, theirs = forward(np.array([x]), *weights_of(trained, digits))
            assert np.abs(theirs_h[0] - h).max() < 1e-12 and abs(theirs[0] - y_hat[0]) < 1e-12
            if (y_hat[0] >= 0.5) == (digit == 1):
                right += 1
            else:
                wrong.append((name, digits, y_hat))
    assert right >= 0.9 * (right + len(wrong)), wrong


# ----------------------------------------------------------------------------- from ink to pixels: known pictures


def pixels_of(page, pad):
    """Return what the page makes of the whole pad, which a string of digits brings there faster than a list."""
    digits = "".join(map(str, pad.ravel()))
    return page.evaluate(f"digits => window.drawn.pixels(Uint8Array.from(digits), {SIDE})", digits)


def pixels(page, squares):
    """Return the page's 8 rows of 5 pixels for a picture of 0s and 1s, placed somewhere on the pad."""
    whole = np.zeros((SIDE, SIDE), int)
    whole[17 : 17 + len(squares), 30 : 30 + len(squares[0])] = squares
    made = pixels_of(page, whole)
    return made and np.reshape(made, (8, 5)).tolist()


def frame(thick):
    """Return a box of 32 x 20 in which only the frame is 1."""
    box = np.ones((32, 20), int)
    box[thick:-thick, thick:-thick] = 0
    return box


# The ink is stretched to the whole box, and thinned twice. Dots 2 to 29 down and 8 to 23 across remain.
FULL = [[0, 8, 8, 8, 8], *6 * [[0, 16, 16, 16, 16]], [0, 8, 8, 8, 8]]
# Dots 6 to 25 across, with walls 4 thick: 2 dots of each wall fall into one block, and 2 into the next.
WALLS = [[8, 16, 16, 16, 16], *6 * [[8, 8, 0, 0, 8]], [8, 16, 16, 16, 16]]
# A wall 1 thick has 100 dots and is thickened twice: 2 dots on each side of it where there is room.
THICKENED = [[16, 13, 12, 12, 13], *6 * [[16, 4, 0, 0, 4]], [16, 13, 12, 12, 13]]


@pytest.mark.parametrize(
    ("squares", "expected"),
    [
        (np.ones((90, 9), int), FULL),
        (np.ones((3, 50), int), FULL),
        (np.ones((1, 1), int), FULL),
        (frame(4), WALLS),
        (np.kron(frame(4), np.ones((2, 2), int)), WALLS),
        (np.kron(frame(4), np.ones((3, 4), int)), WALLS),
        (frame(1), THICKENED),
    ],
    ids=["bar", "dash", "dot", "walls", "twice as large", "stretched", "thin walls"],
)
def test_ink_becomes_the_pixels_that_a_hand_calculation_gives(pad, squares, expected):
    """Stretching, thinning, thickening, and counting give numbers that can be computed on paper."""
    assert pixels(pad, squares) == expected


def test_ink_fills_the_pad_to_its_edges(pad):
    """The corners of the pad count, whatever the size of the box around the ink."""
    for first in range(0, SIDE - 2, 9):
        whole = np.zeros((SIDE, SIDE), int)
        whole[first:, first:] = 1
        made = pixels_of(pad, whole)
        assert np.reshape(made, (8, 5)).tolist() == FULL


def test_slanted_ink_is_set_upright(pad):
    """A slanted bar of 10 dots gives the picture of an upright one: each column changes little from top to bottom."""
    slanted = np.zeros((32, 20), int)
    for row in range(32):
        left = round(10 * (31 - row) / 31)
        slanted[row, left : left + 10] = 1
    made = np.array(pixels(pad, slanted))
    assert made.sum() > 250 and np.ptp(made[1:7], axis=0).max() <= 4


def test_no_ink_gives_no_pixels_and_no_answer(pad):
    """The empty pad asks for a drawing."""
    assert pixels(pad, np.zeros((2, 2), int)) is None
    assert drawn(pad, "y_hat") is None
    assert pad.locator("#answer").inner_text() == "Draw a 0 or a 1."


# --------------------------------------------------------------------------------------------- using the page


def test_answer_is_a_sentence_with_two_guesses_and_says_what_it_cannot_know(pad):
    """The words and percentages match y_hat."""
    from playwright.sync_api import expect

    draw(pad, DRAWINGS["0 slanted"][1])
    sure = 100 * (1 - drawn(pad, "y_hat")[0])
    expect(pad.locator("#answer")).to_have_text(f"{sure:.1f}\u00a0% sure it is a 0")
    expect(pad.locator("#status")).to_have_text(f"{sure:.1f}\u00a0% sure it is a 0")
    guesses = pad.locator("#guesses").inner_text().replace("\u00a0", " ").split("\n")
    assert guesses == ["a 0", f"{sure:.1f} %", "first guess", "a 1", f"{100 - sure:.1f} %", "second guess"]
    assert "It knows only 0 and 1. If you draw a 7" in pad.locator("#only").inner_text()


@pytest.mark.slow
def test_undo_takes_back_strokes_samples_and_wiping(pad):
    """Each step restores the previous state."""
    draw(pad, DRAWINGS["0"][1])
    whole = drawn(pad, "x")
    pad.get_by_role("button", name="Stored image 7, a 1").click()
    assert drawn(pad, "x") != whole
    pad.locator("#clear").click()
    assert drawn(pad, "x") is None
    for _ in range(2):
        pad.locator("#undo").click()
    assert drawn(pad, "x") == whole
    pad.locator("#undo").click()
    assert drawn(pad, "x") is None


@pytest.mark.parametrize("digits", PAIRS)
def test_page_and_forward_agree_on_stored_images_that_can_be_chosen(trained, pad, digits):
    """Five of each digit can be chosen and are shown pixel by pixel; the page says how well the two agree."""
    choose(pad, digits)
    agreement = pad.evaluate("window.drawn.agreement()")
    assert agreement["agrees"] and agreement["worst"] < 1e-15
    assert "This page and your forward agree" in pad.locator("#agreement").inner_text()
    assert not pad.locator("#trouble").is_visible()
    buttons = pad.locator("#samples button")
    shown = [label.split()[-1] for label in buttons.evaluate_all("all => all.map(one => one.ariaLabel)")]
    assert shown == [str(digits[0])] * 5 + [str(digits[1])] * 5
    x = []
    for k in range(10):
        buttons.nth(k).click()
        x.append(drawn(pad, "x"))
        assert buttons.nth(k).get_attribute("aria-pressed") in ("true", "false")
    images = np.load(trained / "data" / "test_images.npy") / 16
    labels = np.load(trained / "data" / "test_labels.npy")
    assert np.array_equal(x, np.concatenate([images[labels == digit][:5] for digit in digits]))


def test_pointing_at_a_unit_shows_its_weights_and_sums_in_numbers(trained, pad):
    """A hidden unit shows its weights, their products, and what it adds to the output; the output, all its terms."""
    from playwright.sync_api import expect

    draw(pad, DRAWINGS["0"][1])
    x, h = np.array(drawn(pad, "x")), np.array(drawn(pad, "h"))
    theta_h, theta_y = weights_of(trained, (0, 1))
    pad.locator("#hidden-units button").nth(7).hover()
    details = pad.locator("#details")
    expect(details).to_contain_text("Hidden unit 7")
    expect(details).to_contain_text(f"h[7] = sigmoid(sum) = {h[7]:.4f}")
    told = details.inner_text().replace("\u2212", "-")
    assert f"sum of x[i] theta_h[i, 7] = {x @ theta_h[:, 7]:.4f}" in told
    assert f"h[7] theta_y[7] = {h[7] * theta_y[7]:+.4f}" in told
    numbers = details.locator(".cells").first.locator("span").all_inner_texts()
    assert [float(one.replace("\u2212", "-")) for one in numbers] == [
        float(f"{weight:.2f}") for weight in theta_h[:, 7]
    ]
    lines = pad.locator("#links line").count()
    assert 5 < lines <= 41
    pad.locator("#output-units button").hover()
    expect(details).to_contain_text("what each hidden unit adds to its sum")
    expect(details).to_contain_text("y_hat = sigmoid(sum)")
    parts = details.locator(".part .number").all_inner_texts()
    assert [float(one.replace("\u2212", "-")) for one in parts] == [float(f"{one:.3f}") for one in h * theta_y]


def test_layers_can_be_hidden_and_shown(pad):
    """Each layer has a switch."""
    for name in ("Input", "Hidden layer", "Output"):
        layer = pad.locator("#" + {"Input": "input", "Hidden layer": "hidden", "Output": "output"}[name] + "-layer")
        pad.get_by_role("checkbox", name=name, exact=True).uncheck()
        assert not layer.is_visible()
        pad.get_by_role("checkbox", name=name, exact=True).check()
        assert layer.is_visible()


def test_keyboard_alone_draws_a_1_and_reads_the_answer(trained, reader):
    """Arrow keys and space draw on the pad; Tab and arrow keys move among the units."""
    from playwright.sync_api import expect

    page = reader.open(trained / "trained" / "draw.html", viewport={"width": 1280, "height": 1000})
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "pad":
            break
    page.keyboard.press("Space")
    expect(page.locator("#pen")).to_have_text("The pen is down.")
    for _ in range(16):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.locator("#pen")).to_have_text("The pen is up.")
    expect(page.locator("#status")).to_contain_text("sure it is a 1")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.parentElement.id") == "hidden-units":
            break
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#details")).to_contain_text("Hidden unit 6")
    page.locator("#pad").focus()
    page.keyboard.press("Backspace")
    expect(page.locator("#status")).to_have_text("Draw a 0 or a 1.")


PAINTED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.mark.slow
def test_finger_draws_without_scrolling_and_a_second_finger_changes_nothing(trained, reader):
    """As on a phone."""
    page = reader.open(
        trained / "trained" / "draw.html", viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    )
    box = page.locator("#pad").bounding_box()
    [stroke] = DRAWINGS["0"][1]
    device = page.context.new_cdp_session(page)

    def touch(kind, *points):
        touches = [
            {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"], "id": k}
            for k, (x, y) in enumerate(points)
        ]
        device.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    touch("touchStart", stroke[0])
    for point in stroke[1:]:
        touch("touchMove", point)
    page.evaluate(PAINTED)  # Touch movements arrive with the next frame.
    alone = drawn(page, "x")
    touch("touchStart", stroke[-1], (0.9, 0.9))
    touch("touchMove", stroke[-1], (0.9, 0.1))
    page.evaluate(PAINTED)
    touch("touchEnd")
    assert drawn(page, "x") == alone and drawn(page, "y_hat")[0] < 0.1
    assert page.evaluate("scrollY") == 0
    assert too_wide(page) == 0


# Without the slow tests, each color scheme is tested on one of the two pages, which have the same colors.
@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_page_can_be_read_by_everyone(trained, reader, scheme):
    """With everything shown, axe finds nothing serious, nothing scrolls sideways, and nothing moves if reduced motion
    is set.
    """
    page = reader.open(
        trained / "trained" / "draw.html",
        color_scheme=scheme,
        bypass_csp=True,
        reduced_motion="reduce",
        viewport={"width": 1280, "height": 900},
    )
    assert serious(page) == []
    draw(page, DRAWINGS["1 with a flag"][1])
    for button in (page.locator("#hidden-units button").first, page.locator("#output-units button")):
        button.click()
        assert serious(page) == []
        for width in (1280, 800, 360, 320):
            page.set_viewport_size({"width": width, "height": 900})
            assert too_wide(page) == 0
    assert page.locator(".fill").first.evaluate("one => getComputedStyle(one).transitionDuration") == "0s"


@pytest.mark.slow
def test_bars_and_choices_are_seen_with_the_systems_own_colors(trained, reader):
    """Forced colors (high contrast on Windows) paint every background alike."""
    page = reader.open(trained / "trained" / "draw.html", forced_colors="active", bypass_csp=True)
    draw(page, DRAWINGS["1 with a flag"][1])
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    for one in (".fill", ".level", ".choice input:checked + span"):
        assert page.locator(one).first.evaluate("one => getComputedStyle(one).backgroundColor") != paper
    assert serious(page) == []


# ------------------------------------------------------------------------------------------------- contents of the page


def test_page_is_one_small_file_that_loads_nothing(trained):
    """The page is ASCII, smaller than 120 kB, has the exact weights, and allows only its own style and script."""
    data = (trained / "trained" / "draw.html").read_bytes()
    text = data.decode("ascii")
    assert len(data) < 120_000 and b"\r" not in data
    policy = text.partition('Content-Security-Policy" content="')[2].partition('"')[0]
    assert policy.count("'sha256-") == 2 and "unsafe" not in policy and policy.startswith("default-src 'none'")
    for word in ("https:", "fetch(", "import ", "innerHTML", "eval(", "{{"):
        assert word not in text
    networks = json.loads(text.partition('id="networks">')[2].partition("</script>")[0])
    for network, digits in zip(networks, PAIRS, strict=True):
        theta_h, theta_y = weights_of(trained, digits)
        assert np.array_equal(network["first"], theta_h) and np.array_equal(network["second"], theta_y[:, None])


TEN = """
import sys
import numpy as np
sys.path.insert(0, sys.argv[1])
from lesson import drawing, pages
random = np.random.RandomState(1)
digits = [str(digit) for digit in range(10)]
pages.write(drawing.page([{
    "name": "</script><img src=x onerror=alert(1)>&amp;\\u2028<!--",
    "classes": digits,
    "outputs": digits,
    "input": {"rows": 8, "columns": list(range(8)), "constant": True},
    "first": random.normal(0, 0.3, (65, 12)).tolist(),
    "second": random.normal(0, 1, (12, 10)).tolist(),
    "names": {"first": "W", "second": "V", "forward": "forward_multi", "checks": "pytest", "train": "train.py"},
    "stored": [{"digit": "8", "pixels": random.randint(0, 17, 64).tolist(), "y_hat": [0.5] * 10}],
}]), drawing.FILE)
"""


@pytest.mark.slow
def test_network_with_ten_outputs_and_a_constant_needs_nothing_but_its_description(mine, reader):
    """A name that looks like HTML is shown as text."""
    subprocess.run([sys.executable, "-c", TEN, str(mine)], check=True)
    page = reader.open(mine / "trained" / "draw.html", viewport={"width": 1280, "height": 1000})
    assert page.locator("#choice").inner_text() == "</script><img src=x onerror=alert(1)>&amp;\u2028<!--"
    assert "For stored image 1 of 1, an 8, the page computes y_hat = " in page.locator("#trouble").inner_text()
    draw(page, DRAWINGS["2"][1])
    x, h, y_hat = (np.array(drawn(page, name)) for name in ("x", "h", "y_hat"))
    random = np.random.RandomState(1)
    theta_h, theta_y = random.normal(0, 0.3, (65, 12)), random.normal(0, 1, (12, 10))
    assert x.shape == (65,) and x[0] == 1
    assert np.abs(h - 1 / (1 + np.exp(-(x @ theta_h)))).max() < 1e-12
    assert np.abs(y_hat - 1 / (1 + np.exp(-(h @ theta_y)))).max() < 1e-12
    page.locator("#hidden-units button").nth(11).click()
    page.locator("#output-units button").nth(9).click()
    assert page.locator(".guess").count() == 10
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert too_wide(page) == 0


def test_form_without_weights_says_what_to_run(reader):
    """A student may open the template by a double click."""
    page = reader.open(ROOT / "solution" / "starter" / "lesson" / "draw.html")
    assert "This file is only the template, without weights." in page.locator("#trouble").inner_text()
    assert not page.locator("main").is_visible()
    reader.said.clear()  # Chromium rejects the policy {{policy}}, a placeholder.


# ---------------------------------------------------------------------------------------------- running draw.py


def rewrite(home, old, new):
    path = home / "neural_network.py"
    source = path.read_text(encoding="utf-8")
    assert source.count(old) == 1, old
    path.write_text(source.replace(old, new), encoding="utf-8")


def test_without_a_browser_the_address_is_printed(run, trained):
    """It is on a line of its own, whatever the width of the console."""
    for arguments in ((), ("--no-open",)):
        done = run(trained, *arguments)
        assert (done.returncode, done.stderr) == (0, "")
        *told, address = done.stdout.splitlines()
        assert " ".join(told).startswith("The page is made. Open it in a browser, ")
        assert max(map(len, told)) <= 40
        assert address == (trained / "trained" / "draw.html").as_uri()


@pytest.mark.skipif(os.name == "nt", reason="names a program in the way of POSIX")
def test_page_is_opened_in_the_browser_there_is(run, mine):
    """The address is printed as well, whether or not a browser opens."""
    log = mine / "opened.txt"
    (mine / "browser.py").write_text(f"import sys; open({str(log)!r}, 'w').write(sys.argv[1])", encoding="utf-8")
    done = run(mine, BROWSER=f"{sys.executable} {mine / 'browser.py'} %s")
    assert (done.returncode, done.stderr) == (0, "")
    assert "The page is open in your browser." in " ".join(done.stdout.split())
    assert done.stdout.splitlines()[-1] == (mine / "trained" / "draw.html").as_uri()
    assert log.read_text(encoding="utf-8") == (mine / "trained" / "draw.html").as_uri()


def test_forward_that_differs_is_named_with_the_image(run, mine, reader):
    """The weights were trained with a different forward from the current one."""
    rewrite(mine, "return h, y_hat", "y_hat = y_hat * np.where(x[:, 3] > 0.9, 0.5, 1)\n    return h, y_hat")
    assert run(mine).returncode == 0
    page = reader.open(mine / "trained" / "draw.html")
    trouble = page.locator("#trouble").inner_text()
    number, digit = trouble.partition("For stored image ")[2].partition(",")[0], trouble.partition(", a ")[2][0]
    assert number.endswith(" of ten") and digit in "01"
    assert "so check forward, not the drawing." in trouble
    assert page.locator("#agreement").inner_text() == ""


STOPS = {
    "stub": ("return h, y_hat", "raise NotImplementedError", "Task 2: forward is not written yet (line "),
    "exception": ("return h, y_hat", "return h / [], y_hat", "forward stopped with ValueError: "),
    "shape": (
        "return h, y_hat",
        "return h.T, y_hat",
        "forward returned h of shape (20, 10); it must have shape (10, 20)",
    ),
    "nan": ("return h, y_hat", "return h, y_hat * np.nan", "forward returned y_hat with nan or inf in it."),
    "one result": ("return h, y_hat", "return y_hat", "forward has to return a pair, (h, y_hat);"),
    "no import": ("import numpy as np", "import nonumpy", "neural_network.py cannot be imported: it stopped with"),
}


@pytest.mark.parametrize(("old", "new", "words"), STOPS.values(), ids=list(STOPS))
def test_mistake_in_forward_becomes_a_sentence(run, mine, old, new, words):
    """No page is made."""
    (mine / "trained" / "draw.html").unlink()
    rewrite(mine, old, new)
    done = run(mine)
    assert (done.returncode, done.stdout) == (1, "")
    assert words in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr and done.stderr.isascii()
    assert not (mine / "trained" / "draw.html").exists()


def test_forward_that_does_not_return_is_named_with_its_line(run, mine):
    """The loop ends once the notice appears, so the test needs neither a clock nor a kill."""
    watch = mine / "lesson" / "watch.py"
    text = watch.read_text(encoding="ascii").replace("PATIENCE_S = 10.0", "PATIENCE_S = 0.5")
    watch.write_text(text, encoding="ascii")
    loop = "    import threading\n    while threading.active_count() > 1: pass\n"
    rewrite(mine, "    return h, y_hat", f"{loop}    return h, y_hat")
    lines = (mine / "neural_network.py").read_text(encoding="utf-8").splitlines()
    line = 1 + next(k for k, text in enumerate(lines) if "active_count" in text)
    done = run(mine)
    assert done.returncode == 0
    said = f"forward has not returned for 0.5 s; it is at line {line} of neural_network.py."
    assert " ".join(done.stderr.split()).startswith(said)


def spoil_nothing_trained(home):
    shutil.rmtree(home / "trained")


def spoil_cut(home):
    path = home / "trained" / "1-against-2.npz"
    path.write_bytes(path.read_bytes()[:3000])


def spoil_text(home):
    (home / "trained" / "0-against-1.npz").write_text("weights", encoding="ascii")


def spoil_shape(home):
    np.savez(home / "trained" / "0-against-1.npz", theta_h=np.ones((20, 40)), theta_y=np.ones(20))


def spoil_nan(home):
    np.savez(home / "trained" / "0-against-1.npz", theta_h=np.full((40, 20), np.nan), theta_y=np.ones(20))


def spoil_folder(home):
    (home / "trained" / "draw.html").unlink()
    (home / "trained" / "draw.html").mkdir()


def spoil_data(home):
    (home / "data" / "test_labels.npy").unlink()


def spoil_template(home):
    (home / "lesson" / "draw.html").unlink()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (spoil_nothing_trained, "There are no trained weights yet. Run `python train.py` first."),
        (spoil_cut, "1-against-2.npz is damaged. Delete it, and run `python train.py` again."),
        (spoil_text, "0-against-1.npz is damaged. Delete it, and run `python train.py` again."),
        (spoil_shape, "holds weights of shapes (20, 40) and (20,). Delete it, and run `python train.py` again."),
        (spoil_nan, "holds weights that are nan or inf. Delete it, and run `python train.py` again."),
        (spoil_folder, "The page cannot be saved as "),
        (spoil_data, "Download the assignment again."),
        (spoil_template, "Download the assignment again."),
    ],
)
def test_file_that_is_missing_or_damaged_is_named(run, mine, spoil, words):
    """The message says what to do about it."""
    spoil(mine)
    done = run(mine)
    assert (done.returncode, done.stdout) == (1, "")
    # A path that is longer than a line is broken anywhere.
    assert words.replace(" ", "") in "".join(done.stderr.split())
    assert "Traceback" not in done.stderr and "Exception ignored" not in done.stderr


def test_one_trained_pair_is_enough(run, mine, reader):
    """As when training was stopped after the first pair."""
    (mine / "trained" / "0-against-1.npz").unlink()
    assert run(mine).returncode == 0
    page = reader.open(mine / "trained" / "draw.html")
    assert page.get_by_role("radio").count() == 1
    assert page.locator("#answer").inner_text() == "Draw a 1 or a 2."


# ------------------------------------------------------------------------------------- all ten digits, extra credit


@pytest.fixture(scope="module")
def ten(run, trained, tmp_path_factory):
    """Return the folder of a student with extensions.py, too, after `python train.py --ten` and `python draw.py`."""
    folder = shutil.copytree(trained, tmp_path_factory.mktemp("ten") / "home")
    (folder / "extensions.py").write_text(EXTENSIONS, encoding="utf-8")
    for program, *options in (("train.py", "--ten"), ("draw.py",)):
        done = run(folder, *options, program=program)
        assert (done.returncode, done.stderr) == (0, "")
    return folder


@pytest.fixture
def my_ten(ten, tmp_path):
    """Return a copy of that folder, which a test may change."""
    return shutil.copytree(ten, tmp_path / "mine")


@pytest.fixture(scope="module")
def open_page(ten, chromium):
    """Open its page once."""
    reader = Reader(chromium)
    yield reader.open(ten / "trained" / "draw.html", viewport={"width": 1280, "height": 1000}, bypass_csp=True)
    reader.close()


@pytest.fixture
def pad_for_ten(open_page):
    """Reset that page: nothing drawn, the network for all digits."""
    open_page.set_viewport_size({"width": 1280, "height": 1000})
    open_page.get_by_role("radio", name="0 to 9").check()
    open_page.locator("#clear").click()
    return open_page


def all_weights(folder):
    """Return the trained W and V."""
    with np.load(folder / "trained" / "ten-digits.npz") as arrays:
        return arrays["W"], arrays["V"]


@pytest.mark.slow
def test_every_digit_is_drawn_and_both_guesses_are_those_of_the_students_two_guesses(ten, pad_for_ten, extensions):
    """At least 80% of the first guesses are right, and at least 90% with the second. y_hat equals Python's within
    1e-12.
    """
    weights, first, either, wrong = all_weights(ten), 0, 0, []
    for name, strokes in EVERY_DIGIT.items():
        draw(pad_for_ten, strokes)
        x, h, y_hat, told = pad_for_ten.evaluate(
            "async () => { await new Promise(requestAnimationFrame); const {x, h, y_hat} = window.drawn;"
            " return [x, h, y_hat, document.getElementById('answer').textContent]; }"
        )
        theirs_h, theirs = extensions.forward_multi(np.array([x]), *weights)
        assert np.abs(theirs_h[0] - h).max() < 1e-12 and np.abs(theirs[0] - y_hat).max() < 1e-12
        [guesses] = extensions.two_guesses(np.array([x]), *weights).tolist()
        assert told == f"{guesses[0]}, or else {guesses[1]}"
        digit = int(name[0])
        first += guesses[0] == digit
        either += digit in guesses
        wrong += [(name, guesses)] if guesses[0] != digit else []
    assert first >= 0.8 * len(EVERY_DIGIT), wrong
    assert either >= 0.9 * len(EVERY_DIGIT), wrong


@pytest.mark.slow
def test_all_ten_outputs_are_seen_and_heard_with_the_first_and_the_second_guess(pad_for_ten):
    """In words, as bars, and as numbers."""
    from playwright.sync_api import expect

    expect(pad_for_ten.locator("#answer")).to_have_text("Draw any digit from 0 to 9.")
    draw(pad_for_ten, EVERY_DIGIT["7"])
    y_hat = drawn(pad_for_ten, "y_hat")
    second = max(set(range(10)) - {7}, key=lambda k: y_hat[k])
    expect(pad_for_ten.locator("#answer")).to_have_text(f"7, or else {second}")
    expect(pad_for_ten.locator("#status")).to_have_text(
        f"7, or else {second}. The outputs are {y_hat[7]:.2f} for a 7 and {y_hat[second]:.2f} for "
        f"a{'n' * (second == 8)} {second}."
    )
    rows = pad_for_ten.locator("#guesses > div")
    told = [row.split("\n") for row in rows.all_inner_texts()]
    ranks = {7: ["first guess"], second: ["second guess"]}
    assert told == [[str(k), f"{y_hat[k]:.3f}", *ranks.get(k, [])] for k in range(10)]
    widths = rows.locator(".fill").evaluate_all("all => all.map(one => parseFloat(one.style.width))")
    assert widths == pytest.approx([100 * one for one in y_hat], abs=1e-3)
    assert [button.split("\n") for button in pad_for_ten.locator("#output-units button").all_inner_texts()] == [
        [f"Output for a{'n' * (k == 8)} {k}:", f"y_hat[{k}]", f"{y_hat[k]:.3f}"] for k in range(10)
    ]


@pytest.mark.slow
def test_pointing_at_a_unit_of_ten_shows_its_sum_with_the_constant(ten, pad_for_ten):
    """The names are the student's: W and V."""
    W, V = all_weights(ten)
    draw(pad_for_ten, EVERY_DIGIT["4"])
    x, h = np.array(drawn(pad_for_ten, "x")), np.array(drawn(pad_for_ten, "h"))
    details = pad_for_ten.locator("#details")

    def told():
        return details.inner_text().replace("\u2212", "-")

    pad_for_ten.locator("#hidden-units button").nth(5).click()
    assert f"sum of x[i] W[i, 5] = {np.einsum('i,i', x, W[:, 5]):.4f}" in told()
    assert f"The sum also includes {W[0, 5]:.4f}, the weight W[0, 5] of the constant 1." in told()
    numbers = details.locator(".cells").first.locator("span").all_inner_texts()
    assert [float(one.replace("\u2212", "-")) for one in numbers] == [float(f"{weight:.2f}") for weight in W[1:, 5]]
    parts = details.locator(".part .number").all_inner_texts()
    assert [one.replace("\u2212", "-") for one in parts] == [f"{one:+.3f}" for one in h[5] * V[5]]
    pad_for_ten.locator("#output-units button").nth(8).click()
    assert "The output for an 8: what each hidden unit adds to its sum" in told()
    parts = details.locator(".part .number").all_inner_texts()
    assert [one.replace("\u2212", "-") for one in parts] == [f"{one:+.3f}" for one in h * V[:, 8]]


@pytest.mark.slow
def test_network_is_changed_while_the_numbers_of_a_unit_are_shown(pad_for_ten):
    """The answer and the numbers of the unit are those of the new network, which has fewer inputs and outputs."""
    from playwright.sync_api import expect

    draw(pad_for_ten, EVERY_DIGIT["1"])
    pad_for_ten.locator("#hidden-units button").nth(5).click()
    pad_for_ten.get_by_role("radio", name="0 or 1").check()
    expect(pad_for_ten.locator("#answer")).to_contain_text("sure it is a 1")
    assert len(drawn(pad_for_ten, "x")) == 40
    expect(pad_for_ten.locator("#details .sums")).to_contain_text(
        f"h[5] = sigmoid(sum) = {drawn(pad_for_ten, 'h')[5]:.4f}"
    )
    assert "This page and your forward agree" in pad_for_ten.locator("#agreement").inner_text()


@pytest.mark.slow
def test_page_and_forward_multi_agree_on_a_stored_image_of_each_digit(ten, pad_for_ten):
    """The images can be chosen, and are those of data/."""
    agreement = pad_for_ten.evaluate("window.drawn.agreement()")
    assert agreement["agrees"] and agreement["worst"] < 1e-15
    assert "This page and your forward_multi agree" in pad_for_ten.locator("#agreement").inner_text()
    assert not pad_for_ten.locator("#trouble").is_visible()
    buttons = pad_for_ten.locator("#samples button")
    shown = [label.split()[-1] for label in buttons.evaluate_all("all => all.map(one => one.ariaLabel)")]
    assert shown == [str(digit) for digit in range(10)]
    images = np.load(ten / "data" / "ten_test_images.npy")[:10] / 16
    for button, image in zip(buttons.all(), images, strict=True):
        button.click()
        assert drawn(pad_for_ten, "x") == [1, *image]


@pytest.mark.parametrize("scheme", [pytest.param("light", marks=pytest.mark.slow), "dark"])
def test_page_for_ten_can_be_read_by_everyone(pad_for_ten, scheme):
    """This holds with the keyboard alone, on any screen size, and for axe."""
    pad_for_ten.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    draw(pad_for_ten, EVERY_DIGIT["8"])
    pad_for_ten.locator("#output-units button").first.focus()
    for key in ("ArrowRight", "ArrowDown"):
        pad_for_ten.keyboard.press(key)
    assert "The output for a 3:" in pad_for_ten.locator("#details").inner_text()
    assert serious(pad_for_ten) == []
    pad_for_ten.locator("#hidden-units button").first.focus()
    assert serious(pad_for_ten) == []
    for width in (1280, 800, 360, 320):
        pad_for_ten.set_viewport_size({"width": width, "height": 900})
        assert too_wide(pad_for_ten) == 0


@pytest.mark.parametrize("name", ["0 or 1", "0 to 9"])
def test_numbers_of_a_unit_stay_inside_their_panel_at_every_width(pad_for_ten, name):
    """Also between a phone and a large screen."""
    pad_for_ten.get_by_role("radio", name=name).check()
    pad_for_ten.locator("#samples button").nth(3).click()
    wider = "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.id)"
    for layer in ("hidden", "output"):
        pad_for_ten.locator(f"#{layer}-units button").first.click()
        for width in (1280, 1000, 700, 510, 360):
            pad_for_ten.set_viewport_size({"width": width, "height": 900})
            assert pad_for_ten.locator("#guesses, #layers, #details").evaluate_all(wider) == [], (layer, width)


@pytest.mark.slow
def test_ten_digits_alone_are_enough(run, my_ten, reader):
    """Plain train.py need not have been run, and log_likelihood and backprop are not needed."""
    for name in ("0-against-1.npz", "1-against-2.npz"):
        (my_ten / "trained" / name).unlink()
    done = run(my_ten)
    assert (done.returncode, done.stderr) == (0, "")
    page = reader.open(my_ten / "trained" / "draw.html")
    assert page.get_by_role("radio").count() == 1
    (my_ten / "extensions.py").unlink()
    done = run(my_ten)
    assert done.returncode == 1 and "There is no extensions.py in" in done.stderr.replace("\n", " ")


@pytest.mark.slow
def test_forward_multi_that_differs_is_named(run, my_ten, reader):
    """The message names the checks and the program that belong to it."""
    add(my_ten, "right = forward_multi\n\ndef forward_multi(x, W, V):\n    return right(x, 1.01 * W, V)\n")
    assert run(my_ten).returncode == 0
    page = reader.open(my_ten / "trained" / "draw.html")
    assert not page.locator("#trouble").is_visible()
    page.get_by_role("radio", name="0 to 9").check()
    trouble = page.locator("#trouble").inner_text()
    assert "This page and your forward_multi do not agree. For stored image" in trouble
    assert "Run pytest checks/extensions, then train.py --ten and draw.py again." in trouble


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (
            "def forward_multi(x, W, V):\n    raise NotImplementedError\n",
            "Task 12: forward_multi is not written yet (line ",
        ),
        ("def forward_multi(x, W, V):\n    return x / [], 1\n", "forward_multi stopped with ValueError: "),
        (
            "def forward_multi(x, W, V):\n    return 1, 2\n",
            "forward_multi returned h of shape (); it must have shape (10, 20)",
        ),
        ("import nonumpy\n", "extensions.py cannot be imported: it stopped with"),
    ],
)
def test_mistake_in_the_extra_credit_leaves_out_ten_digits_and_keeps_the_rest(run, my_ten, code, words):
    """A message says why."""
    add(my_ten, code)
    done = run(my_ten)
    assert done.returncode == 0
    said = " ".join(done.stderr.split())
    assert said.startswith("The page leaves out the network for all ten digits. ") and words in said
    text = (my_ten / "trained" / "draw.html").read_text(encoding="ascii")
    networks = json.loads(text.partition('id="networks">')[2].partition("</script>")[0])
    assert [one["name"] for one in networks] == ["0 or 1", "1 or 2"]


def test_damaged_weights_of_ten_digits_are_named(run, my_ten):
    """The message names the command that makes them again."""
    path = my_ten / "trained" / "ten-digits.npz"
    for arrays, words in (
        ({"W": np.ones((65, 20)), "V": np.ones(20)}, "holds weights of shapes (65, 20) and (20,)."),
        ({"W": np.ones((65, 20)), "V": np.full((20, 10), np.inf)}, "holds weights that are nan or inf."),
        ({"W": np.ones((65, 20))}, "ten-digits.npz is damaged."),
    ):
        np.savez(path, **arrays)
        done = run(my_ten)
        assert done.returncode == 1
        said = "".join(done.stderr.split())
        assert f"{words} Delete it, and run `python train.py --ten` again.".replace(" ", "") in said
