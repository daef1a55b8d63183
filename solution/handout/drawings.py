"""Coordinates of lines and points in the drawings, for the templates in drawings/. All drawings are 360 wide.

Positions are rounded to a tenth, so that every machine makes the same bytes.
"""

import math

import numpy as np

ROWS, COLUMNS = 8, 5
PULL = {"across": (40, 340), "down": (150, 20), "low": 0, "high": 1}
REACH = 1.25  # half the width and height of the plane that the extra credit shows


def shapes(root, numbers):
    """Return every name that the drawings use besides the numbers of worked.py, some of which they also show."""
    images, labels = _digits(root)
    return {
        "samples": [[_picture(image) for image in images[labels == digit][:3]] for digit in (0, 1, 2)],
        "one": _picture(images[labels == 1][2]),
        "fan": _fan(),
        "sigmoid_curve": _curve(_sigmoid, -6, 6, across=(20, 340), down=(150, 20), low=0, high=1),
        "slope_curve": _curve(
            lambda z: _sigmoid(z) * (1 - _sigmoid(z)), -6, 6, across=(20, 340), down=(150, 20), low=0, high=1
        ),
        "log_of_one": _curve(math.log, 0.0067, 1, across=(40, 340), down=(170, 20), low=-5, high=0),
        "log_of_zero": _curve(lambda p: math.log(1 - p), 0, 0.9933, across=(40, 340), down=(170, 20), low=-5, high=0),
        "spots": _spots(),
        "uphill": _uphill(),
        "detector": _detector(images, labels),
        "pull_without": _curve(lambda z: 1 - _sigmoid(z), -6, 6, points=30, **PULL),
        "pull_with": _curve(lambda z: _sigmoid(z) * (1 - _sigmoid(z)) ** 2, -6, 6, points=30, **PULL),
        "sides": {kind: _sides(numbers["plane"][kind]) for kind in ("disc", "xor")},
    }


def _sigmoid(z):
    return 1 / (1 + math.exp(-z))


def _digits(root):
    """Return the public training images, (n, 40) with values from 0 to 16, and their digits."""
    folder = root / "datasets" / "digits" / "public"
    return np.load(folder / "train_images.npy"), np.load(folder / "train_labels.npy")


def _picture(image):
    """Return, for each of four ink strengths, an SVG path of unit squares."""
    strengths = np.ceil(image.reshape(ROWS, COLUMNS) / 4).astype(int)
    paths = []
    for strength in (1, 2, 3, 4):
        squares = [f"M{c} {r}h1v1h-1z" for r, c in zip(*np.nonzero(strengths == strength), strict=True)]
        paths.append((strength, "".join(squares)))
    return paths


def _fan():
    """Return the hidden units of the overview drawing, and all lines into and out of them."""
    heights = [19 + 9 * j for j in range(20)]
    pixels = [57 + 13 * row for row in range(ROWS)]
    inward = "".join(f"M82 {pixel}L186 {height}" for pixel in pixels for height in heights)
    return {"heights": heights, "inward": inward, "onward": "".join(f"M194 {height}L295 104" for height in heights)}


def _curve(function, left, right, *, across, down, low, high, points=60):
    """Return a curve as the points of a polyline."""
    places = [left + (right - left) * k / points for k in range(points + 1)]
    return " ".join(_at(place, function(place), left, right, low, high, across, down) for place in places)


def _at(x, y, left, right, low, high, across, down):
    px = across[0] + (across[1] - across[0]) * (x - left) / (right - left)
    py = down[0] + (down[1] - down[0]) * (y - low) / (high - low)
    return f"{px:.1f},{py:.1f}"


def _spots():
    """Return two sets of datapoints from -1 to 1, XOR and a disc in a ring, in a frame 150 wide and high."""
    turn = math.pi * (3 - math.sqrt(5))

    def sunflower(radius, count):
        radii = [radius * math.sqrt(k / (count - 1)) for k in range(count)]
        return [(r * math.cos(k * turn), r * math.sin(k * turn)) for k, r in enumerate(radii)]

    corners = [(a, b) for a in (-0.52, 0.52) for b in (-0.52, 0.52)]
    xor = [(a + dx, b + dy, a * b < 0) for a, b in corners for dx, dy in sunflower(0.24, 8)]
    disc = [(x, y, True) for x, y in sunflower(0.4, 18)]
    turns = [(0.84 + 0.07 * (-1) ** k, k * math.pi / 16) for k in range(32)]
    ring = [(r * math.cos(angle), r * math.sin(angle), False) for r, angle in turns]

    def placed(points):
        return [(f"{75 + 70 * x:.1f}", f"{75 - 70 * y:.1f}", one) for x, y, one in points]

    inner = 0.6
    sides = []
    for k in range(6):
        angle = math.pi / 6 + k * math.pi / 3
        foot, along = (inner * math.cos(angle), inner * math.sin(angle)), (-math.sin(angle), math.cos(angle))
        sides.append(
            [f"{75 + sign_x * 70 * (foot[axis] + reach * along[axis]):.1f}"
             for reach in (-0.62, 0.62) for axis, sign_x in ((0, 1), (1, -1))]
        )  # fmt: skip
    corners = [
        f"{75 + 70 * inner / math.cos(math.pi / 6) * math.cos(k * math.pi / 3):.1f},"
        f"{75 - 70 * inner / math.cos(math.pi / 6) * math.sin(k * math.pi / 3):.1f}"
        for k in range(6)
    ]
    return {"xor": placed(xor), "ring": placed(disc + ring), "sides": sides, "hexagon": " ".join(corners)}


def _uphill():
    """Return the log likelihood of three datapoints over one weight, and gradient ascent on it in two step sizes."""
    data = [(2.0, 1.0), (1.0, 0.0), (-0.5, 1.0)]

    def height(w):
        return sum(y * math.log(_sigmoid(w * x)) + (1 - y) * math.log(1 - _sigmoid(w * x)) for x, y in data)

    def gradient(w):
        return sum((y - _sigmoid(w * x)) * x for x, y in data)

    frame = {"left": -4, "right": 4, "low": -9, "high": -1.6, "down": (150, 20)}

    def panel(step, steps, across):
        weights = [-3.3]
        for _ in range(steps):
            weights.append(weights[-1] + step * gradient(weights[-1]))
        points = [
            _at(w, height(w), frame["left"], frame["right"], frame["low"], frame["high"], across, frame["down"])
            for w in weights
        ]
        return {
            "curve": _curve(height, frame["left"], frame["right"], across=across, down=frame["down"],
                            low=frame["low"], high=frame["high"]),
            "path": " ".join(points),
            "points": [point.split(",") for point in points],
        }  # fmt: skip

    return {"small": panel(0.5, 7, (15, 165)), "large": panel(2.6, 4, (195, 345))}


def _detector(images, labels):
    """Return made-up weights that respond to ink in a ring, and the unit's output for two images."""
    weights = np.array(
        [
            [np.clip(1.7 * (math.hypot((c - 2) / 2, (r - 3.5) / 3.5) - 0.85), -1, 0.6) for c in range(COLUMNS)]
            for r in range(ROWS)
        ]
    )
    weights = np.round(weights, 1)
    tints = {}
    for (r, c), w in np.ndenumerate(weights):
        if w:
            tint = ("plus" if w > 0 else "minus", f"{abs(w):.1f}")
            tints[tint] = tints.get(tint, "") + f"M{c} {r}h1v1h-1z"
    rows = [[(c, "+" if w > 0 else "\u2212") for c, w in enumerate(row) if w] for row in weights]
    seen = {0: images[labels == 0][0], 1: images[labels == 1][2]}
    sums = [float(np.sum(weights.ravel() * seen[digit] / 16)) for digit in (0, 1)]
    return {
        "tints": [(*tint, path) for tint, path in sorted(tints.items())],
        "rows": rows,
        "seen": [
            {"picture": _picture(seen[digit]), "digit": digit, "z": z, "h": _sigmoid(z)}
            for digit, z in zip((0, 1), sums, strict=True)
        ],
    }


def _sides(plane):
    """Return points of the plane, and where logistic regression and the network say yes, in a frame 150 wide."""

    def placed(a, b):
        return f"{75 + 75 * a / REACH:.1f} {75 - 75 * b / REACH:.1f}"

    shown = [(placed(x[1], x[2]), y == 1) for x, y in plane["unseen"][:48]]
    outlines = {
        name: "".join(
            "M" + "L".join(placed(a, b) for a, b in outline) + "z"
            for outline in _outlines(plane["heights"][name], {"line": 1, "network": 24}[name])
        )
        for name in ("line", "network")
    }
    return {"points": shown, **outlines}


def _outlines(height, cells):
    """Return closed lines around the part of the plane where a function is positive, by marching squares.

    Outside the frame the function counts as negative, so that every line is closed.
    """
    ends = [-REACH, *(REACH * (2 * k / cells - 1) for k in range(cells + 1)), REACH]
    last = len(ends) - 1

    def value(corner):
        return -1e-9 if {0, last} & set(corner) else height(ends[corner[0]], ends[corner[1]])

    heights = {(c, r): value((c, r)) for c in range(last + 1) for r in range(last + 1)}
    onward, places = {}, {}
    for c in range(last):
        for r in range(last):
            around = [(c, r), (c + 1, r), (c + 1, r + 1), (c, r + 1)]
            crossed = []
            for here, there in zip(around, [*around[1:], around[0]], strict=True):
                low, high = heights[here], heights[there]
                if (low > 0) != (high > 0):
                    edge, part = frozenset((here, there)), low / (low - high)
                    crossed.append((low > 0, edge))
                    places[edge] = tuple(ends[p] + part * (ends[q] - ends[p]) for p, q in zip(here, there, strict=True))
            for k, (leaves, edge) in enumerate(crossed):
                if leaves:
                    onward[edge] = crossed[(k + 1) % len(crossed)][1]
    outlines = []
    while onward:
        start, edge = next(iter(onward.items()))
        del onward[start]
        outline = [places[start]]
        while edge != start:
            outline.append(places[edge])
            edge = onward.pop(edge)
        outlines.append(outline)
    return outlines
