"""What the pages of draw.py and classify2d.py share: a template beside this file, and what is put into it.

A page is one file that works from a double click. Its policy allows its own style and script alone, known by their
hashes, so that nothing that is put in can do anything.
"""

import base64
import hashlib
import json
import os
import re
import sys
from pathlib import Path

from .functions import Stop, plain


def read(name):
    """The template of that name."""
    path = Path(__file__).with_name(name)
    try:
        return path.read_text(encoding="ascii")
    except (OSError, ValueError) as error:
        raise Stop(f"{plain(path)} cannot be read: {plain(error)}. Download the assignment again.") from None


def filled(template, allowed="", **holes):
    """The whole page: its policy, and in each hole a value as JSON."""
    text = template.replace("{{policy}}", policy(template, allowed))
    for name, value in holes.items():
        text = text.replace("{{" + name + "}}", in_html(value))
    return text


def policy(template, allowed=""):
    """What the page may do: run its own script with its own style, and what else is `allowed`."""
    style, script = (_hash_of(template, tag) for tag in ("style", "script"))
    return f"default-src 'none'; script-src {script}; style-src {style}; {allowed}base-uri 'none'; form-action 'none'"


def in_html(value):
    """A value as JSON that ends no script element: exact numbers, and in ASCII, which escapes U+2028 as well."""
    text = json.dumps(value, allow_nan=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def write(text, path):
    """Save a page; returns where."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="ascii", newline="\n")
    except OSError as error:
        raise Stop(f"The page cannot be saved as {plain(path)}: {plain(error)}.") from None
    return path


def has_browser():
    """On Linux a browser needs a screen; without one Python would start a browser for terminals, in this one."""
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    return not sys.platform.startswith("linux") or any(map(os.environ.get, screens))


def _hash_of(template, tag):
    content = re.search(rf"<{tag}>(.*?)</{tag}>", template, re.DOTALL)[1]
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode('ascii')).digest()).decode('ascii')}'"
