"""classify2d.py: what learns in the plane, which requests the server accepts, and the page as students use it."""

import base64
import http.client
import importlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from urllib.parse import urlsplit

import numpy as np
import pytest

from autograder.authoring.regions import strip

from ..pages import serious, too_wide
from .conftest import EXTENSIONS, ROOT, SOLUTION, add
from .frames import PROGRAMS, RIGHT, started, until


@pytest.fixture(scope="module")
def lesson():
    """Return the modules of lesson/ by name."""
    sys.path.insert(0, str(ROOT / "solution" / "starter"))
    try:
        names = ("functions", "learner", "live", "plane", "replay")
        yield {name: importlib.import_module(f"lesson.{name}") for name in names}
    finally:
        sys.path.remove(str(ROOT / "solution" / "starter"))
        for name in [name for name in sys.modules if name.partition(".")[0] == "lesson"]:
            del sys.modules[name]


@pytest.fixture
def learner(lesson, solution, extensions):
    """Return a function that makes Learners, with the solution's functions or with others in their place."""

    def network(kind, module, names, others):
        functions = {name: getattr(module, name) for name in ("sigmoid", *names)} | others
        return kind(type("Functions", (), {name: staticmethod(one) for name, one in functions.items()}))

    def make(others=None, **settings):
        functions, others = lesson["functions"], others or {}
        one = network(functions.Network, solution, ("forward", "log_likelihood", "backprop"), others)
        several = ("forward_multi", "squared_loss", "backprop_multi")
        many = network(functions.ManyOutputs, extensions, several, others)
        return lesson["learner"].Learner(one, lesson["learner"].Settings(**settings), side=12, many=many)

    return make


def rewrite(home, old, new):
    path = home / "neural_network.py"
    source = path.read_text(encoding="utf-8")
    assert old in source
    path.write_text(source.replace(old, new, 1), encoding="utf-8")


def impatient(home):
    """Make the page say after one second, instead of three, that a function has not returned."""
    live = home / "lesson" / "live.py"
    text = live.read_text(encoding="ascii")
    assert "PATIENCE_S = 3.0" in text
    live.write_text(text.replace("PATIENCE_S = 3.0", "PATIENCE_S = 1.0"), encoding="ascii")


# ---------------------------------------------------------------------------------------------- points and models


def test_data_sets_lie_in_the_plane_and_are_the_same_at_every_call(lesson):
    plane = lesson["plane"]
    for name in ("circle", "xor", "spiral", "linear"):
        points, y = plane.data_set(name)
        assert points.shape == (100, 2) and set(y) == {0.0, 1.0}
        assert np.abs(points).max() < plane.HALF
        assert np.array_equal(points, plane.data_set(name)[0])
    for name in ("blobs", "arms"):
        points, classes = plane.data_set(name)
        assert points.shape == (99, 2) and np.bincount(classes.astype(int)).tolist() == [33, 33, 33]
        assert np.abs(points).max() < plane.HALF
    points, y = plane.data_set("own")
    assert (points.shape, y.shape) == ((0, 2), (0,))


def test_fields_of_a_picture_begin_at_the_upper_left(lesson):
    x = lesson["plane"].grid(4)
    assert x.tolist()[:2] == [[1.0, -2.25, 2.25], [1.0, -0.75, 2.25]]
    assert x.tolist()[-1] == [1.0, 2.25, -2.25]


SEEDS = [109, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (110, 111))]


@pytest.mark.parametrize("data", ["circle", "xor", "spiral", "linear"])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_network_learns_what_a_line_cannot(learner, data, seed):
    one = learner(data=data, seed=seed)
    for _ in range(600):
        one.climb()
    picture = one.picture()
    assert picture["network"]["right"] >= 0.95
    right = picture["logistic"]["right"]
    assert right >= 0.95 if data == "linear" else right <= 0.7


@pytest.mark.parametrize("seed", SEEDS)
def test_three_arms_need_hidden_units_and_three_blobs_do_not(learner, seed):
    for data in ("blobs", "arms"):
        one = learner(data=data, seed=seed)
        for _ in range(600):
            one.climb()
            one.measure()
        picture = one.picture()
        assert picture["network"]["right"] >= 0.95 and picture["classes"] == 3
        assert (picture["logistic"]["right"] >= 0.95) == (data == "blobs")
        assert 0 < picture["network"]["score"] < one.told_curve()[0][1] / 2
        assert np.shape(picture["network"]["second"]) == (12, 3)
        assert one.advice() == ""


def test_picture_of_three_classes_holds_every_output_of_forward_multi(learner, lesson, extensions):
    one = learner(data="arms", hidden=4)
    told = one.picture()["network"]
    values = np.frombuffer(base64.b64decode(told["map"]["bytes"]), np.uint8).reshape(3, 12, 12)
    model = one._models["network"]
    y_hat = extensions.forward_multi(lesson["plane"].grid(12), model.first, model.second)[1]
    assert np.abs(values / 255 - y_hat.T.reshape(3, 12, 12)).max() <= 0.5 / 255 + 1e-9


def test_triangles_belong_to_three_classes_only(learner):
    one = learner(data="own")
    one.add(0.0, 0.0, 2)
    assert len(one.y) == 0
    one.choose(data="blobs")
    one.add(0.0, 0.0, 2)
    assert len(one.y) == 100 and one.y[-1] == 2
    one.choose(data="circle")
    assert one.picture()["classes"] == 2


def test_advice_for_three_classes_names_what_a_wrong_sign_does(learner, lesson, extensions):
    for name, wrong, words in (
        ("backprop_multi", lambda *a: [-one for one in extensions.backprop_multi(*a)], "grows instead of shrinking"),
        ("squared_loss", lambda *a: -extensions.squared_loss(*a), "a square never is"),
    ):
        one = learner({name: wrong}, data="blobs")
        for _ in range(12):
            one.climb()
            one.measure()
        assert words in one.advice()
    with pytest.raises(lesson["functions"].Stop, match="squared error is nan"):
        learner({"squared_loss": lambda *_: float("nan")}, data="arms").picture()


def test_same_seed_gives_the_same_pictures_and_another_one_others(learner):
    first, again, other = (learner(data="spiral", seed=seed) for seed in (5, 5, 6))
    for one in (first, again, other):
        for _ in range(20):
            one.climb()
    assert first.picture() == again.picture()
    assert first.picture()["network"] != other.picture()["network"]


def test_commands_between_steps_never_break_a_shape(learner):
    one, random = learner(hidden=3), np.random.RandomState(1)
    commands = [
        lambda: one.add(*random.uniform(-3, 3, 2), int(random.randint(3))),
        lambda: one.remove(*one.points[random.randint(len(one.y))]) if len(one.y) else None,
        lambda: one.choose(hidden=int(random.randint(1, 21))),
        lambda: one.choose(data=str(random.choice(["circle", "own", "linear", "arms"]))),
        lambda: one.choose(step=float(random.choice([0.01, 10.0]))),
        one.clear,
        one.restart,
    ]
    for _ in range(300):
        commands[random.choice(len(commands), p=[0.6, 0.2, 0.04, 0.04, 0.04, 0.04, 0.04])]()
        one.climb()
        picture = one.picture()
        assert picture["network"]["units"]["count"] == one.settings.hidden
        assert len(picture["points"]) == len(one.y)
        json.dumps([picture, one.told_curve()], allow_nan=False)


def test_points_come_to_an_end(learner, lesson):
    one = learner(data="own")
    for _ in range(lesson["plane"].MOST + 5):
        one.add(0.5, 0.5, 1)
    assert len(one.y) == lesson["plane"].MOST
    one.remove(2.0, 2.0)
    assert len(one.y) == lesson["plane"].MOST
    one.remove(0.6, 0.4)
    assert len(one.y) == lesson["plane"].MOST - 1


def test_step_is_divided_by_the_number_of_points(learner):
    once, twice = learner(data="own"), learner(data="own")
    for one, times in ((once, 1), (twice, 2)):
        for x1, x2, label in times * [(1.0, 2.0, 1), (-1.0, 0.5, 0), (0.3, -2.0, 1)]:
            one.add(x1, x2, label)
        one.climb()
    assert once.picture()["network"]["first"] == twice.picture()["network"]["first"]


def test_second_gradient_is_right_whatever_stands_in_the_place_of_h(lesson, solution):
    """Logistic regression passes x to backprop as h, with negative values, 1, and values far above 1."""
    x = lesson["plane"].inputs(np.random.RandomState(2).uniform(-3, 3, (50, 2)))
    y, y_hat = np.arange(50) % 2.0, np.linspace(0.01, 0.99, 50)
    expected = [sum((y[k] - y_hat[k]) * x[k, j] for k in range(50)) for j in range(3)]
    got = solution.backprop(x, y, x, y_hat, np.array([1.0, -2.0, 3.0]))[1]
    assert np.allclose(got, expected, rtol=1e-12)


def test_logistic_regression_that_cannot_learn_stops_nobody_else(learner, solution):
    def wary(x, y, h, y_hat, theta_y):
        if h.min() < 0:
            raise ValueError("h is a probability")
        return solution.backprop(x, y, h, y_hat, theta_y)

    one = learner({"backprop": wary})
    one.climb()
    one.climb()
    picture = one.picture()
    assert picture["steps"] == 2
    assert picture["logistic"] == {"problem": "backprop stopped with ValueError: h is a probability"}
    assert picture["network"]["score"] < 0
    one.restart()
    assert "problem" not in one.picture()["logistic"]


def test_sigmoid_for_single_numbers_is_enough_for_logistic_regression(learner, solution):
    def single(z):
        if np.ndim(z):
            raise TypeError("only single numbers")
        return solution.sigmoid(z)

    one = learner({"sigmoid": single})
    one.climb()
    assert "problem" not in one.picture()["logistic"]


def test_failed_step_changes_nothing(learner, solution, lesson):
    broken = []

    def backprop(*arguments):
        if broken:
            raise RuntimeError("no")
        return solution.backprop(*arguments)

    one = learner({"backprop": backprop})
    one.climb()
    before = one.picture()
    broken.append(1)
    with pytest.raises(lesson["functions"].Stop, match="RuntimeError: no"):
        one.climb()
    assert one.picture() == before


@pytest.mark.parametrize(
    ("name", "wrong", "words"),
    [
        ("log_likelihood", lambda right: lambda *a: -right(*a), "above 0"),
        ("backprop", lambda right: lambda *a: [-one for one in right(*a)], "falls instead of climbing"),
    ],
)
def test_advice_names_what_a_wrong_sign_does(learner, solution, name, wrong, words):
    one = learner({name: wrong(getattr(solution, name))})
    for _ in range(12):
        one.climb()
        one.measure()
    assert words in one.advice()
    for _ in range(600):
        one.climb()
        one.measure()
    assert words in one.advice(), "minus infinity can fall no more"
    assert learner().advice() == ""


def test_weights_that_grow_beyond_all_bounds_are_a_sentence_and_no_broken_page(replay, home):
    rewrite(home, "    return grad_theta_h, grad_theta_y", "    return grad_theta_h * 1e200, grad_theta_y * 1e306")
    done = replay(home, "--steps", "5")
    assert done.returncode == 1
    assert "weights grow beyond all bounds" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_likelihood_that_is_no_number_stops(learner, lesson):
    one = learner({"log_likelihood": lambda *_: float("nan")})
    with pytest.raises(lesson["functions"].Stop, match="log likelihood is nan"):
        one.picture()
    minus_infinity = learner({"log_likelihood": lambda *_: -np.inf}).picture()
    assert minus_infinity["network"]["score"] is None


def test_curve_is_close_at_first_and_ends_now(learner):
    one = learner(data="linear", hidden=1)
    for _ in range(400):
        one.climb()
        one.measure()
    steps = [place[0] for place in one.told_curve()]
    assert steps[:51] == list(range(51)) or steps[:40] == list(range(1, 41))
    assert steps == sorted(set(steps))
    assert steps[-1] == 400
    assert len(steps) < 200


def test_film_has_room_in_a_mail_and_keeps_the_beginning_and_the_end(learner, lesson):
    one, recorder = learner(hidden=20), lesson["replay"].Recorder(room=50_000)
    one.side = 32
    for _ in range(150):
        picture = one.picture()
        recorder.see(picture, one.told_curve())
        one.climb()
    film = recorder.film()
    steps = [picture["steps"] for picture in film["pictures"]]
    assert (steps[0], steps[-1]) == (0, 149)
    assert len(json.dumps(film["pictures"])) < 75_000
    assert [("points" in picture) for picture in film["pictures"][:3]] == [True, False, False]
    one.restart()
    recorder.see(one.picture(), [])
    assert [picture["steps"] for picture in recorder.film()["pictures"]] == [0]


def test_page_is_ascii_and_nothing_in_a_film_ends_its_script(lesson):
    text = lesson["replay"].page({"pictures": ["</script><!--"], "curve": []})
    assert text.isascii()
    assert text.count("</script>") == 2
    assert "{{" not in text
    assert "innerHTML" not in text


@pytest.mark.parametrize(
    "command",
    [
        None,
        [],
        {"do": "format"},
        {"do": ["run"]},
        {"do": "run", "value": 1},
        {"do": "data", "value": "../../etc/passwd"},
        {"do": "hidden", "value": 21},
        {"do": "hidden", "value": True},
        {"do": "hidden", "value": 2.0},
        {"do": "step", "value": float("nan")},
        {"do": "step", "value": float("inf")},
        {"do": "add", "x1": 0, "x2": 4, "label": 1},
        {"do": "add", "x1": 0, "x2": 0, "label": 3},
        {"do": "film", "answer": 1},
    ],
)
def test_commands_that_no_page_sends_are_refused(lesson, command):
    with pytest.raises(ValueError, match="no such command|takes"):
        lesson["learner"].check_command(command)


# ------------------------------------------------------------------------------------------------------ the server


def test_board_is_deserted_when_the_last_of_several_pages_has_gone(lesson):
    board = lesson["live"].Board()
    assert not board.deserted(0), "nobody has come yet"
    with board.page():
        with board.page():
            pass
        assert not board.deserted(0)
    time.sleep(0.001)
    assert board.deserted(0) and not board.deserted(60)
    with board.page():
        assert not board.deserted(0)


@pytest.fixture
def served(home):
    """Run classify2d.py with the solution's functions. Return its process and the address of its page."""
    with started(home) as running:
        yield running


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Start one server for all refusals. It has no functions to run, because refusals do not depend on them."""
    folder = tmp_path_factory.mktemp("served") / "home"
    shutil.copytree(ROOT / "solution" / "starter", folder)
    with started(folder) as (_, where):
        yield urlsplit(where)


def ask(address, method, path, body=None, headers=None):
    """Return the status, headers, and text of a response."""
    connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=10)
    try:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        every = {"Host": f"127.0.0.1:{address.port}"} | (headers or {})
        for name, value in every.items():
            if value is not None:
                connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    finally:
        connection.close()


JSON = {"Content-Type": "application/json"}


def test_page_is_given_to_who_knows_the_token_and_may_be_kept_by_nobody(address):
    for host in ("127.0.0.1", "localhost"):
        status, headers, text = ask(address, "GET", address.path, headers={"Host": f"{host}:{address.port}"})
        assert (status, text.splitlines()[0]) == (200, "<!DOCTYPE html>")
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert "Python" not in headers["Server"]


@pytest.mark.parametrize(
    ("status", "method", "path", "headers"),
    [
        (403, "GET", "/", {}),
        (403, "GET", "/{token}", {}),
        (403, "GET", "/stream", {}),
        (403, "GET", "/wrong/", {}),
        (403, "GET", "/%7btoken%7d/../lesson/server.py", {}),
        (403, "GET", "http://127.0.0.1/{token}/", {}),
        (403, "GET", "/{token}/", {"Host": None}),
        (403, "GET", "/{token}/", {"Host": "127.0.0.1"}),
        (403, "GET", "/{token}/", {"Host": "127.0.0.1:1"}),
        (403, "GET", "/{token}/", {"Host": "evil.example"}),
        (403, "GET", "/{token}/", {"Origin": "http://evil.example"}),
        (403, "GET", "/{token}/stream", {"Origin": "null"}),
        (403, "POST", "/{token}/do", {"Origin": "https://127.0.0.1:{port}"}),
        (403, "POST", "/{token}/do", {"Origin": "http://localhost:{port}"}),
        (404, "GET", "/{token}/neural_network.py", {}),
        (404, "GET", "/{token}/../neural_network.py", {}),
        (404, "GET", "/{token}/lesson/classify2d.html", {}),
        (404, "GET", "/{token}/?x=1", {}),
        (404, "POST", "/{token}/eval", {}),
        (405, "GET", "/{token}/do", {}),
        (405, "POST", "/{token}/", {}),
        (405, "POST", "/{token}/stream", {}),
        (411, "POST", "/{token}/do", {}),
        (411, "POST", "/{token}/do", {"Content-Length": "many"}),
        (413, "POST", "/{token}/do", {"Content-Length": "2001"}),
        (413, "POST", "/{token}/do", {"Content-Length": "-1"}),
        (415, "POST", "/{token}/do", {"Content-Length": "0"}),
        (415, "POST", "/{token}/do", {"Content-Length": "0", "Content-Type": "text/plain"}),
        (400, "POST", "/{token}/do", {"Content-Length": "0", **JSON}),
        (501, "PUT", "/{token}/do", {}),
        (501, "OPTIONS", "/{token}/do", {}),
    ],
)
def test_requests_that_are_not_from_the_page_are_refused(address, status, method, path, headers):
    fields = {"token": address.path.strip("/"), "port": address.port}
    headers = {name: value and value.format(**fields) for name, value in headers.items()}
    got, kept, text = ask(address, method, path.format(**fields), headers=headers)
    assert got == status
    assert kept["Cache-Control"] == "no-store"
    assert "def " not in text and fields["token"] not in text


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff\xfe", b'{"do": "run", "do": 3}', b"[" * 1900])
def test_commands_that_are_no_commands_are_refused(address, body):
    status, _, text = ask(address, "POST", address.path + "do", body, JSON | {"Content-Length": str(len(body))})
    assert status == 400
    assert text.startswith("Not a command: ") and text.isascii()


def test_command_from_the_own_page_is_taken(address):
    body = b'{"do": "pause"}'
    own = {"Origin": f"http://127.0.0.1:{address.port}", "Content-Length": str(len(body))}
    assert ask(address, "POST", address.path + "do", body, JSON | own)[0] == 204


def test_port_that_is_taken_is_a_sentence(address, home):
    done = subprocess.run(
        [sys.executable, home / "classify2d.py", "--no-open", "--port", str(address.port)],
        capture_output=True,
        check=False,
        text=True,
        timeout=30,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"\nPort {address.port} cannot be used (")
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="needs a shell script for a browser")
def test_browser_is_started_with_a_ticket_that_works_once(home, tmp_path):
    """All users of a machine can read command lines, so no command line may contain the token."""
    script, told = tmp_path / "browser", tmp_path / "told"
    script.write_text(f'#!/bin/sh\necho "$1" > "{told}.part"; mv "{told}.part" "{told}"\n', encoding="utf-8")
    script.chmod(0o755)
    environment = {key: value for key, value in os.environ.items() if key != "DISPLAY"} | {"BROWSER": f"{script} %s"}
    process = subprocess.Popen(
        [sys.executable, home / "classify2d.py"], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        deadline = time.monotonic() + 60
        while not told.exists():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        ticket = urlsplit(told.read_text(encoding="utf-8").strip())
        status, headers, _ = ask(ticket, "GET", ticket.path)
        assert status == 303
        assert ask(ticket, "GET", headers["Location"])[0] == 200
        assert headers["Location"].strip("/") not in ticket.path
        assert ask(ticket, "GET", ticket.path)[0] == 403
    finally:
        process.kill()
        process.communicate()


# -------------------------------------------------------------------------------------------------------- the page


def text_of(page, place):
    return page.locator(place).text_content()


def test_page_shows_circle_xor_and_spiral_learned(served, reader):
    page = reader.open(served[1])
    for data in ("circle", "xor", "spiral"):
        page.select_option("#data", data)
        until(page, f"now.settings.data === '{data}' && {RIGHT}")
        assert page.evaluate("now.logistic.right") < 0.75
    assert page.locator("#unit-maps li").count() == 12
    assert page.locator("#problem").is_hidden() and page.locator("#advice").is_hidden()
    page.evaluate("document.getElementById('numbers').open = true")
    until(page, "document.querySelectorAll('#weights tbody tr').length === 12")
    assert "your network" in text_of(page, "#results tbody")


@pytest.mark.slow
def test_page_learns_with_plain_loops(home, reader):
    (home / "neural_network.py").write_text(PROGRAMS["plain loops"].read_text(encoding="utf-8"), encoding="utf-8")
    with started(home) as (_, address):
        page = reader.open(address)
        until(page, RIGHT)
        assert page.locator("#logistic-problem").is_hidden()
        assert page.evaluate("now.logistic.right") > 0.4


@pytest.mark.slow
def test_controls_do_what_they_say_and_two_pages_show_the_same(served, reader):
    process, address = served
    page, other = reader.open(address), reader.open(address)
    until(page, "now && now.steps > 3")
    page.click("#run")
    until(page, "!now.running")
    assert text_of(page, "#run") == "Run"
    steps = page.evaluate("now.steps")
    page.click("#once")
    until(page, f"now.steps === {steps + 1}")
    page.fill("#hidden", "3")
    until(page, "now.settings.hidden === 3 && now.steps === 0")
    until(page, "document.querySelectorAll('#unit-maps li').length === 3")
    page.fill("#step", "6")
    until(page, "now.settings.step === 10")
    page.select_option("#pace", "slow")
    page.click("#restart")
    until(page, "now.settings.seed === 110 && now.settings.pace === 'slow'")
    page.click("#clear")
    until(page, "now.points.length === 0")
    page.locator("#plane").click(position={"x": 30, "y": 30})
    page.locator("#plane").click(position={"x": 90, "y": 30}, modifiers=["Shift"])
    page.check("#kinds input[value='0']")
    page.locator("#plane").click(position={"x": 30, "y": 90})
    until(page, "now.points.length === 3")
    assert [label for _, _, label in page.evaluate("now.points")] == [1, 0, 0]
    page.check("#kinds input[value='remove']")
    page.locator("#plane").click(position={"x": 91, "y": 31})
    until(page, "now.points.length === 2")
    page.click("#run")
    until(page, "now.running && now.steps > 2")
    until(other, "now.running && now.points.length === 2 && now.settings.hidden === 3")
    assert other.input_value("#hidden") == "3"

    page.close()
    other.close()
    assert process.wait(timeout=60) == 0
    assert process.stdout.read().endswith("\nThe last page was closed, so this has ended.\n")


def test_keyboard_alone_is_enough(served, reader):
    page = reader.open(served[1])
    until(page, "now && now.network")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "plane"
    for key in ("ArrowRight", "Shift+ArrowUp", "Enter", "ArrowLeft", "Shift+Enter"):
        page.keyboard.press(key)
    until(page, "now.points.length === 102")
    assert page.evaluate("now.points.slice(-2)") == [[0.1, 0.5, 1], [0, 0.5, 0]]
    assert text_of(page, "#cross-told") == "x1 0.0, x2 0.5"
    page.keyboard.press("Delete")
    until(page, "now.points.length === 101")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "run"
    page.keyboard.press("Enter")
    until(page, "!now.running")


def test_mistake_appears_with_its_line_and_training_goes_on_after_mending(home, reader):
    mistake = "    slope_y_hat = "
    broken = '    raise ValueError("<b>shape</b>")\n'
    with started(home) as (_, address):
        page = reader.open(address)
        until(page, "now && now.steps > 3")
        rewrite(home, mistake, broken + mistake)
        page.click("#load")
        until(page, "!document.getElementById('problem').hidden")
        line = next(
            k for k, text in enumerate((home / "neural_network.py").read_text().splitlines(), 1) if "raise V" in text
        )
        assert text_of(page, "#problem h2") == f"Training stopped: look at line {line} of neural_network.py"
        assert text_of(page, "#problem pre").startswith("backprop stopped with ValueError: <b>shape</b>\n")
        assert page.locator("#problem b").count() == 0
        assert page.locator("#run").is_disabled()
        steps = page.evaluate("now.steps")

        rewrite(home, broken, "    return x, theta_y, 1\n")
        page.click("#load")
        until(page, "document.querySelector('#problem pre').textContent.includes('it returned 3 values')")
        line_of_def = SOLUTION[: SOLUTION.index("def backprop")].count("\n") + 1
        assert f"look at backprop, which begins at line {line_of_def} of" in text_of(page, "#problem h2")

        rewrite(home, "    return x, theta_y, 1\n", "    )\n")
        page.click("#load")
        until(page, "document.querySelector('#problem pre').textContent.includes('Python cannot read')")
        assert f"line {line}" in text_of(page, "#problem pre")

        rewrite(home, "    )\n", "")
        page.click("#load")
        until(page, f"now.running && now.steps > {steps}")
        assert page.locator("#problem").is_hidden() and page.locator("#fresh").is_hidden()


@pytest.mark.slow
def test_mistake_in_the_middle_of_training_appears_at_once(home, reader):
    rewrite(home, "def backprop(", "calls = []\n\n\ndef backprop(")
    rewrite(home, "    slope_y_hat = ", "    calls.append(1)\n    ([0] * 60)[len(calls)]\n    slope_y_hat = ")
    with started(home) as (_, address):
        page = reader.open(address)
        until(page, "!document.getElementById('problem').hidden")
        assert text_of(page, "#problem pre").startswith("backprop stopped with IndexError: list index out of range\n")
        assert page.evaluate("!now.running && now.steps > 3 && now.network.right > 0")


def test_page_of_an_untouched_download_lists_what_to_write(home, reader):
    (home / "neural_network.py").write_text(strip(SOLUTION, "solution"), encoding="utf-8")
    with started(home) as (_, address):
        page = reader.open(address)
        until(page, "!document.getElementById('problem').hidden")
        assert text_of(page, "#problem h2") == "Training cannot start"
        told = text_of(page, "#problem pre")
        assert told.startswith("There is nothing to train yet:\n  Task 1: sigmoid is not written yet (line ")
        page.click("#plane")
        until(page, "now.points.length === 101")


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
def test_endless_loop_is_named_and_ctrl_c_ends_it(home, reader):
    impatient(home)
    rewrite(home, "    slope_y_hat = ", "    while True: pass\n    slope_y_hat = ")
    source = (home / "neural_network.py").read_text(encoding="utf-8").splitlines()
    line = next(k for k, text in enumerate(source, 1) if "while True" in text)
    with started(home) as (process, address):
        page = reader.open(address)
        until(page, "!document.getElementById('notice').hidden")
        told = text_of(page, "#notice")
        assert re.match(rf"backprop has not returned for \d+ s\. It is at line {line} of neural_network\.py\.", told)
        assert "press Ctrl-C in the terminal" in told
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
        assert process.stdout.read().endswith("\nStopped, because you pressed Ctrl-C.\n")
        until(page, "!document.getElementById('ended').hidden")
        assert "run python classify2d.py again" in text_of(page, "#ended")
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", urlsplit(address).port), timeout=5).close()


@pytest.mark.slow
def test_function_that_ends_the_training_thread_ends_the_page_with_a_reason(home, reader):
    """The page must not offer to load a file again: nothing is left that could load it."""
    rewrite(home, "    slope_y_hat = ", '    raise GeneratorExit("boom")\n    slope_y_hat = ')
    with started(home) as (process, address):
        page = reader.open(address)
        until(page, "!document.getElementById('ended').hidden")
        told = text_of(page, "#ended")
        assert "GeneratorExit: boom. If this happens again, tell your instructor." in told
        assert told.endswith("run python classify2d.py again.")
        assert page.locator("#problem").is_hidden() and page.locator("#restart").is_disabled()
        assert process.wait(timeout=60) == 0


@pytest.mark.slow
def test_page_says_so_when_the_program_was_killed(home, chromium):
    """A page that has lost its server writes errors to the console, so this test does not use the `reader` fixture."""
    page = chromium.new_page()
    try:
        with started(home) as (_, address):
            page.goto(address)
            until(page, "now && now.steps > 3")
        until(page, "!document.getElementById('ended').hidden")
        assert text_of(page, "#ended") == "classify2d.py has stopped. To go on, run python classify2d.py again."
        assert page.locator("#run").is_disabled()
    finally:
        page.close()


@pytest.mark.slow
def test_page_fits_is_calm_and_axe_finds_nothing_serious(served, reader):
    size = {"width": 1280, "height": 800}
    page = reader.open(served[1], viewport=size, reduced_motion="reduce", color_scheme="light", bypass_csp=True)
    until(page, "now && now.steps > 3")
    drawn, known = page.evaluate("[pictures, now.steps]")
    until(page, f"now.steps > {known + 100}")
    assert page.evaluate("pictures") - drawn < (page.evaluate("now.steps") - known) / 20
    page.click("#numbers summary")
    until(page, "document.querySelectorAll('#weights tbody tr').length === 12")
    page.click("#run")
    assert (too_wide(page), serious(page)) == (0, [])
    page.set_viewport_size({"width": 360, "height": 800})
    page.emulate_media(color_scheme="dark")
    assert (too_wide(page), serious(page)) == (0, [])
    colors = "[...document.querySelectorAll('.mark')].map(mark => getComputedStyle(mark).backgroundColor)"
    shown = page.evaluate(colors)
    page.emulate_media(color_scheme="dark", forced_colors="active")
    assert page.evaluate(colors) == shown


@pytest.mark.slow
def test_three_classes_need_extensions_and_two_go_on_without(home, reader):
    with started(home) as (_, address):
        page = reader.open(address)
        until(page, "now && now.steps > 3")
        page.select_option("#data", "blobs")
        until(page, "!document.getElementById('problem').hidden")
        assert text_of(page, "#problem pre").startswith("There is no extensions.py in ")
        assert page.evaluate("now.points.length === 99 && now.network === null")
        (home / "extensions.py").write_text(strip(EXTENSIONS, "solution"), encoding="utf-8")
        page.click("#load")
        until(page, "document.querySelector('#problem pre').textContent.includes('Task 12: forward_multi')")
        assert "Task 15" not in text_of(page, "#problem pre"), "the plane needs no train_multi_sgd"
        page.select_option("#data", "xor")
        until(page, f"now.settings.data === 'xor' && {RIGHT}")
        assert page.locator("#problem").is_hidden()

        (home / "extensions.py").write_text(EXTENSIONS, encoding="utf-8")
        page.select_option("#data", "arms")
        until(page, f"now.settings.data === 'arms' && {RIGHT}")
        line = add(home, "def backprop_multi(*all):\n    return all[5]\n")
        until(page, "!document.getElementById('fresh').hidden")
        assert " ".join(text_of(page, "#fresh p").split()) == "extensions.py has been saved again."
        page.click("#load")
        until(page, "!document.getElementById('problem').hidden")
        assert text_of(page, "#problem h2") == f"Training stopped: look at line {line + 1} of extensions.py"


@pytest.mark.slow
def test_page_of_three_classes_tells_both_guesses_to_mouse_keyboard_and_axe(both, reader):
    guesses = r"x1 (\S+), x2 (\S+): (\w+) \((\d\.\d\d)\), or else (\w+) \((\d\.\d\d)\)"
    with started(both, "--data", "blobs") as (_, address):
        page = reader.open(address, bypass_csp=True, color_scheme="light", viewport={"width": 1280, "height": 800})
        until(page, RIGHT)
        page.click("#run")
        until(page, "!now.running")
        page.focus("#plane")
        for key in 3 * ["Shift+ArrowUp"]:
            page.keyboard.press(key)
        told = re.fullmatch(guesses, text_of(page, "#cross-told"))
        assert told.groups()[:3] == ("0.0", "1.5", "square") and float(told[4]) > float(told[6])
        page.check("#kinds input[value='2']")
        page.focus("#plane")
        page.keyboard.press("Enter")
        page.keyboard.press("Shift+Enter")
        until(page, "now.points.length === 101")
        assert page.evaluate("now.points.slice(-2)") == [[0, 1.5, 2], [0, 1.5, 0]]
        box = page.locator("#plane").bounding_box()
        page.mouse.move(box["x"] + 0.75 * box["width"], box["y"] + 0.65 * box["height"])
        told = re.fullmatch(f"At {guesses}\\.", text_of(page, "#guess"))
        assert told[3] == "triangle"
        assert text_of(page, "#logistic-title") == "Without a hidden layer"
        assert "squared error" in text_of(page, "#told")
        page.click("#numbers summary")
        until(page, "document.querySelectorAll('#weights tbody tr:first-child > *').length === 7")
        assert (too_wide(page), serious(page)) == (0, [])
        page.set_viewport_size({"width": 360, "height": 800})
        page.emulate_media(color_scheme="dark")
        assert (too_wide(page), serious(page)) == (0, [])
        page.select_option("#data", "circle")
        until(page, "now.classes === 2 && now.network !== null")
        page.click("#once")
        until(page, "document.querySelectorAll('#weights tbody tr:first-child > *').length === 5")
        assert not page.locator("#kinds input[value='2']").is_visible()
        assert text_of(page, "#curve-title") == "Log likelihood"


@pytest.mark.slow
def test_endless_loop_in_extensions_is_named(both, reader):
    impatient(both)
    line = add(both, "def squared_loss(y, y_hat):\n    while len(y) > 2: pass\n    return 1.0\n") + 1
    with started(both, "--data", "arms") as (_, address):
        page = reader.open(address)
        until(page, "!document.getElementById('notice').hidden")
        assert f" It is at line {line} of extensions.py. " in text_of(page, "#notice")


# ------------------------------------------------------------------------------------------------------ the replay


@pytest.fixture
def replay(start):
    """Return a function that runs `classify2d.py --replay` of a student's folder."""
    return lambda home, *arguments: start(home, "classify2d.py", "--replay", *arguments, COLUMNS="40")


@pytest.mark.slow
def test_replay_is_one_file_that_a_double_click_opens(replay, home, reader):
    done = replay(home, "--data", "spiral", "--steps", "300", "--hidden", "20", "--seed", "3")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii() and "\n  300  " in done.stdout and "right." in done.stdout
    path = home / "trained" / "classify2d-spiral.html"
    assert done.stdout.splitlines()[-1] == f"  {path.as_uri()}"
    assert path.stat().st_size < 400_000

    page = reader.open(path, viewport={"width": 360, "height": 700}, bypass_csp=True)
    until(page, "pictures > 0")
    assert page.locator("#controls form").is_hidden()
    assert [text_of(page, f"#fact-{name}") for name in ("data", "hidden", "seed", "steps")] == [
        "spiral", "20", "3", "300",
    ]  # fmt: skip
    assert text_of(page, "#time-told") == "300 steps"
    assert page.evaluate(RIGHT)
    page.fill("#time", "0")
    until(page, "document.getElementById('steps').textContent === '0 steps, 100 points'")
    assert not page.evaluate(RIGHT)
    page.click("#play")
    until(page, "now.steps >= 2")
    page.click("#play")
    assert text_of(page, "#play") == "Play"
    assert (too_wide(page), serious(page)) == (0, [])


@pytest.mark.slow
def test_replay_of_three_classes_shows_both_guesses(replay, both, reader):
    done = replay(both, "--data", "arms", "--steps", "300")
    assert (done.returncode, done.stderr) == (0, "")
    assert "steps   squared error  right" in done.stdout and "The same without a hidden" in done.stdout
    path = both / "trained" / "classify2d-arms.html"
    assert path.stat().st_size < 400_000
    page = reader.open(path, viewport={"width": 360, "height": 700}, bypass_csp=True)
    until(page, f"pictures > 0 && {RIGHT}")
    assert text_of(page, "#fact-data") == "three arms"
    page.focus("#plane")
    page.keyboard.press("ArrowLeft")
    assert re.match(r"x1 \S0\.1, x2 0\.0: \w+ \(\d\.\d\d\), or else ", text_of(page, "#cross-told"))
    page.fill("#time", "0")
    until(page, "document.getElementById('steps').textContent === '0 steps, 99 points'")
    assert (too_wide(page), serious(page)) == (0, [])


def test_replay_of_three_classes_says_what_is_missing(replay, home):
    assert "There is no extensions.py in" in replay(home, "--data", "blobs").stderr.replace("\n", " ")
    (home / "extensions.py").write_text(strip(EXTENSIONS, "solution"), encoding="utf-8")
    done = replay(home, "--data", "blobs")
    assert done.returncode == 1 and "Task 12: forward_multi is not written yet" in " ".join(done.stderr.split())


@pytest.mark.slow
def test_replay_of_a_live_training_can_be_saved(served, reader, tmp_path):
    page = reader.open(served[1])
    until(page, "now && now.steps > 30")
    with page.expect_download() as download:
        page.click("#save")
    path = tmp_path / "saved.html"
    download.value.save_as(path)
    saved = reader.open(path)
    until(saved, "pictures > 0")
    assert saved.evaluate("film.pictures.length") > 5


def test_replay_without_functions_or_points_is_a_sentence(replay, home):
    done = replay(home, "--data", "own")
    assert done.returncode == 1 and "A replay needs points" in done.stderr
    (home / "neural_network.py").write_text(strip(SOLUTION, "solution"), encoding="utf-8")
    done = replay(home)
    assert done.returncode == 1
    assert "Task 1: sigmoid is not written yet" in done.stderr
    for arguments in (("--hidden", "0"), ("--step", "nan")):
        assert replay(home, *arguments).returncode == 2
