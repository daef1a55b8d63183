"""Draw a digit with the mouse, and see what the network you trained says, unit by unit.

    python draw.py               make the page and open it in the browser
    python draw.py --no-open     only make it, for instance in a notebook

Run train.py first; after `python train.py --ten` it reads all ten digits, too. The page is one file,
trained/draw.html: it works from a double click, without Python or the internet, and can be sent to friends. The
weights in it are yours. It works out everything by itself while you draw, and says how far it agrees with your
`forward` on ten stored images.
"""

import argparse
import sys
import webbrowser
from pathlib import Path

if not Path(__file__).with_name("lesson").is_dir():
    sys.exit("draw.py needs the folder lesson beside it. Unpack the whole download, and start it there.")

from lesson import drawing, pages
from lesson.console import run, say
from lesson.functions import Stop
from lesson.trained import load, load_ten
from lesson.watch import WatchedManyOutputs, WatchedNetwork, patience


def main():
    """Make the page and open it."""
    options = _options()
    pairs, ten = load(), load_ten()
    if not pairs and not ten:
        raise Stop("There are no trained weights yet. Run `python train.py` first.")
    described = described_pairs(pairs) if pairs else []
    try:
        described += described_ten(ten) if ten else []
    except Stop as stop:
        # Extra credit keeps nobody from drawing a 0 or a 1.
        if not pairs:
            raise
        say(f"The page leaves out the network for all ten digits. {stop}", "", to=sys.stderr)
    path = pages.write(drawing.page(described), drawing.FILE)
    if not options.no_open and opened(path):
        say("The page is open in your browser. It is draw.html in trained/, and this is its address:")
    else:
        say("The page is made. Open it in a browser, with a double click on draw.html in trained/ or by its address:")
    print(path.as_uri())  # not folded: an address over two lines can be neither clicked nor copied


def described_pairs(pairs):
    """What the page has to know about both pairs, by the functions in neural_network.py."""
    network = WatchedNetwork()
    with patience(network):
        network.load()
        return [drawing.described(network, pair) for pair in pairs]


def described_ten(trained):
    """The same for all ten digits, by those in extensions.py."""
    network = WatchedManyOutputs()
    with patience(network):
        network.load()
        return [drawing.described_ten(network, trained)]


def opened(path):
    """Whether a browser took the page."""
    try:
        return pages.has_browser() and webbrowser.open(path.as_uri())
    except (OSError, webbrowser.Error):
        return False


def _options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--no-open", action="store_true", help="make the page, and print where it is")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(run(main))
