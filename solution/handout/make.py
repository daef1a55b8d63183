"""Make handout.html, the page that every student downloads: one file, no script, nothing to fetch.

    python solution/handout/make.py            write what differs, and say what changed
    python solution/handout/make.py --check    write nothing; exit status 1 if anything differs

    handout.md        all of the text. TeX between dollar signs; numbers are placeholders, such as
                      {{ tiny.y_hat | digits(4) }}, filled in from worked.py; vector(4) is for a list of them
    drawings/         SVG as Jinja2 templates; ![caption](drawings/name.svg?key=value) puts one in
    page.html.j2      the frame around it, and its style
    formulas.json     each formula of the text as MathML, so that only a change of one needs node
    solution/made/handout.html    what comes out

How formulas, numbers and references are filled in
    A display formula ends in a line such as `$$ (sigmoid)`. It is numbered in the order of the text, and
    @eq:sigmoid anywhere becomes a link that reads (1). Above a heading, {#forward} names a chapter, and
    @ch:forward becomes its number. An unknown name stops the build, with file and line.
    TeX that formulas.json does not hold is rendered by Temml, in the version that package-lock.json pins.
    Formulas that the text no longer uses are dropped from it. To render everything again, delete it.
    A new equation renumbers those after it. Messages to students and docstrings contain numbers too;
    tests/starter/test_handout.py names the ones that are then wrong.
"""

import functools
import importlib.util
import itertools
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import jinja2
import markupsafe
from markdown_it import MarkdownIt
from mdit_py_plugins.attrs import attrs_block_plugin
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from generated import CannotMake, main  # noqa: E402

COMMAND = "python solution/handout/make.py"
SOURCE = "solution/handout/handout.md"

# Short names for TeX. A change here, or another version of Temml, renders every formula again.
MACROS = {
    "\\LL": "\\mathrm{LL}",
    "\\yhat": "\\hat{y}",
    "\\th": "\\theta^{(h)}_{#1}",
    "\\ty": "\\theta^{(\\hat{y})}_{#1}",
    "\\pd": "\\frac{\\partial #1}{\\partial #2}",
    # The factors of the chain rule, in the colors of the drawings.
    "\\a": "\\class{link-a}{#1}",
    "\\b": "\\class{link-b}{#1}",
    "\\c": "\\class{link-c}{#1}",
}

sys.dont_write_bytecode = True


def build(root):
    """Return every generated file: its path below root, and its bytes."""
    folder = root / "solution" / "handout"
    source = (folder / "handout.md").read_text(encoding="ascii")
    text, numbers, chapters = _resolved(source, _names(folder)[0])
    known = _Formulas(folder)
    body, contents = _rendered(folder, text, numbers, chapters, known)
    known.render_missing()
    body = known.filled_in(body)
    opening, chapter, body = body.partition("<h2")
    page = (
        _environment(folder)
        .get_template("page.html.j2")
        .render(
            title=next(line for line in text.splitlines() if line.startswith("# ")).removeprefix("# "),
            opening=markupsafe.Markup(opening),  # noqa: S704 - our own text, rendered without raw HTML
            contents=contents,
            body=markupsafe.Markup(chapter + body),  # noqa: S704
        )
    )
    _check_links(page)
    page = page.encode("ascii", "xmlcharrefreplace")
    return {"solution/made/handout.html": page, "solution/handout/formulas.json": known.as_text().encode("ascii")}


def equations(root):
    """Return the number of each equation by its label, in the order of the text."""
    return _numbered((root / SOURCE).read_text(encoding="ascii").splitlines())


# From the source to Markdown with every number and reference filled in


def _numbered(lines):
    """Return the number of each labeled formula."""
    numbers = {}
    for place, line in enumerate(lines, 1):
        if found := re.fullmatch(r"\$\$ \(([a-z-]+)\)", line):
            if found[1] in numbers:
                raise CannotMake(f"{SOURCE}, line {place}: there are two equations named {found[1]}")
            numbers[found[1]] = len(numbers) + 1
    return numbers


def _chapters(lines):
    """Return the number of each chapter, which is a heading `## ...` below a line `{#name}`."""
    chapters = {}
    for name, heading in itertools.pairwise(lines):
        if heading.startswith("## ") and (found := re.fullmatch(r"\{#([a-z-]+)\}", name)):
            chapters[found[1]] = len(chapters) + 1
    return chapters


def _resolved(source, names):
    """Fill in placeholders and references line by line; return the text, and the equation and chapter numbers."""
    lines = source.splitlines()
    numbers, chapters = _numbered(lines), _chapters(lines)
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)  # noqa: S701 - Markdown follows
    environment.filters.update(digits=digits, vector=vector)

    def reference(found, place):
        kind, name = found[1], found[2]
        known = numbers if kind == "eq" else chapters
        if name not in known:
            what = "equation" if kind == "eq" else "chapter"
            raise CannotMake(f"{SOURCE}, line {place}: there is no {what} named {name}")
        return f"[({known[name]})](#eq-{name})" if kind == "eq" else f"[{known[name]}](#{name})"

    resolved = []
    for place, original in enumerate(lines, 1):
        line = original
        if "{{" in line:
            try:
                line = environment.from_string(line).render(names)
            except (jinja2.TemplateError, LookupError, TypeError, ValueError) as error:
                raise CannotMake(f"{SOURCE}, line {place}: {error}") from None
        resolved.append(re.sub(r"@(eq|ch):([a-z-]+)", lambda found, place=place: reference(found, place), line))
    return "\n".join(resolved) + "\n", numbers, chapters


def digits(value, count):
    """Format a number with `count` digits after the decimal point, and never as minus zero."""
    return f"{round(float(value), count) + 0.0:.{count}f}"


def vector(values, count):
    """Format numbers in brackets, each with `count` digits after its point."""
    return f"({', '.join(digits(value, count) for value in values)})"


# From Markdown to HTML


def _rendered(folder, text, numbers, chapters, known):
    """Return the body of the page, with placeholders for the formulas, and the table of contents."""
    markdown = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table")
    dollarmath_plugin(markdown, allow_labels=True, allow_space=False, allow_digits=False, allow_blank_lines=False)
    attrs_block_plugin(markdown)
    for kind in ("task", "slips", "note", "question"):
        container_plugin(markdown, kind, render=_box)
    rules = {
        "math_inline": lambda tokens, k: known.mark(tokens[k].content, "inline"),
        "math_block": lambda tokens, k: f'<div class="equation">{known.mark(tokens[k].content, "block")}</div>\n',
        "math_block_label": lambda tokens, k: _equation(
            tokens[k].info, numbers, known.mark(tokens[k].content, "block")
        ),
        "image": lambda tokens, k: _figure(folder, markdown, tokens[k]),
        "table_open": lambda _tokens, _k: '<div class="table"><table>\n',
        "table_close": lambda _tokens, _k: "</table></div>\n",
        "th_open": lambda _tokens, _k: '<th scope="col">',
    }
    for name, rule in rules.items():
        markdown.add_render_rule(name, lambda _renderer, tokens, k, _options, _env, rule=rule: rule(tokens, k))

    tokens = markdown.parse(text)
    for k, token in enumerate(tokens):
        inside = token.children or []
        if len(inside) == 1 and inside[0].type == "image":  # a figure is not part of a paragraph
            tokens[k - 1].hidden = tokens[k + 1].hidden = True
        if token.type == "heading_open" and token.tag == "h2" and token.attrGet("id") not in chapters:
            raise CannotMake(f"{SOURCE}, line {token.map[0] + 1}: a chapter needs a name, {{#name}}, in the line above")
    contents = [
        (token.attrGet("id"), chapters[token.attrGet("id")], tokens[k + 1].content)
        for k, token in enumerate(tokens)
        if token.type == "heading_open" and token.tag == "h2"
    ]
    for name, number, _ in contents:
        heading = next(k for k, token in enumerate(tokens) if token.attrGet("id") == name)
        prefix = tokens[heading + 1].children[0]
        prefix.content = f"{number}. {prefix.content}"
    return markdown.renderer.render(tokens, markdown.options, {}), contents


def _box(_renderer, tokens, k, _options, _env):
    """Render a container: `::: question Text` is a collapsed answer, the others are framed boxes."""
    kind, _, title = tokens[k].info.strip().partition(" ")
    if tokens[k].nesting < 0:
        return "</div></details>\n" if "question" in tokens[k].type else "</section>\n"
    if kind == "question":
        inline = MarkdownIt("commonmark", {"html": False}).renderInline(title)
        return f'<details><summary><span class="ask">Question.</span> {inline}</summary><div>\n'
    return f'<section class="box {kind}">\n'


def _equation(label, numbers, formula):
    return (
        f'<div class="equation" id="eq-{label}">{formula}'
        f'<a class="number" href="#eq-{label}" aria-label="Equation {numbers[label]}">({numbers[label]})</a></div>\n'
    )


def _figure(folder, markdown, token):
    """Render a drawing with its caption. Its <title> and <desc> describe it for those who cannot see it."""
    path, _, query = token.attrGet("src").partition("?")
    given = dict(pair.split("=") for pair in query.split("&") if pair)
    caption = markdown.renderer.renderInline(token.children or [], markdown.options, {})
    name = re.sub(r"\W", "-", token.attrGet("src").removeprefix("drawings/"))
    environment = _environment(folder)
    environment.filters["digits"] = digits
    for names in _names(folder):
        environment.globals.update(names)
    svg = environment.get_template(path).render(given=given, name=name)
    svg = re.sub(r"\s*\n\s*", "", svg)  # safe because no text in the templates spans two lines
    return f"<figure>{svg}<figcaption>{caption}</figcaption></figure>\n"


def _environment(folder):
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _check_links(page):
    """Raise CannotMake if a link inside the page has no target, or two places have the same name."""
    names = re.findall(r'\bid="([^"]+)"', page)
    for name in set(names):
        if names.count(name) > 1:
            raise CannotMake(f"{SOURCE}: {name} is the name of two places")
    for target in re.findall(r'href="#([^"]+)"', page):
        if target not in names:
            raise CannotMake(f"{SOURCE}: a link leads to #{target}, which is not there")


@functools.cache
def _names(folder):
    """Return what a placeholder may name: the worked numbers, and the coordinates in the drawings."""
    numbers = _worked(folder).values()
    drawings = _module("drawings_of_the_handout", folder / "drawings.py")
    return numbers, drawings.shapes(folder.parents[1], numbers)


def _worked(folder):
    return _module("worked_numbers_of_the_handout", folder / "worked.py")


def _module(name, path):
    """Load the module in a file by its path alone, and keep it out of sys.modules."""
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# From TeX to MathML


class _Formulas:
    """The formulas that formulas.json holds, and those that the text uses."""

    def __init__(self, folder):
        self.folder = folder
        self.temml = json.loads((folder / "package.json").read_text(encoding="ascii"))["dependencies"]["temml"]
        self.used = []
        path = folder / "formulas.json"
        held = json.loads(path.read_text(encoding="ascii")) if path.is_file() else {}
        alike = held.get("temml") == self.temml and held.get("macros") == MACROS
        self.rendered = (
            {(mode, tex): held[mode][tex] for mode in ("inline", "block") for tex in held[mode]} if alike else {}
        )

    def mark(self, tex, mode):
        """Return the placeholder that stands for a formula until all formulas are rendered."""
        formula = (mode, " ".join(tex.split()))
        if formula not in self.used:
            self.used.append(formula)
        return f"<math-{self.used.index(formula)}>"

    def filled_in(self, body):
        """Return the page with its formulas, each kept on one line with the punctuation after it."""
        body = re.sub(r"(<math-\d+>[.,;:?)]+)", r"<span>\1</span>", body)
        return re.sub(r"<math-(\d+)>", lambda found: self.rendered[self.used[int(found[1])]], body)

    def as_text(self):
        """Return the text of formulas.json: the formulas in use, in alphabetical order."""
        sections = {
            mode: {tex: self.rendered[mode, tex] for m, tex in sorted(self.used) if m == mode}
            for mode in ("inline", "block")
        }
        return json.dumps({"temml": self.temml, "macros": MACROS, **sections}, indent=1) + "\n"

    def render_missing(self):
        """Have Temml render the formulas that formulas.json does not hold."""
        missing = [formula for formula in self.used if formula not in self.rendered]
        if not missing:
            return
        with tempfile.TemporaryDirectory() as there:
            for name in ("package.json", "package-lock.json", "render.mjs"):
                shutil.copy(self.folder / name, there)
            installed = self.folder / "node_modules"  # there if someone ran `npm ci` by hand
            try:
                if not installed.is_dir():
                    _told(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], there)
                    installed = Path(there) / "node_modules"
                given = json.dumps({"macros": MACROS, "formulas": missing})
                answer = _told(["node", "render.mjs", str(installed / "temml" / "dist" / "temml.mjs")], there, given)
            except (OSError, subprocess.SubprocessError) as error:
                said = getattr(error, "stderr", None) or str(error)
                raise CannotMake(
                    f"formulas.json does not hold ${missing[0][1]}$ yet ({len(missing)} in all), and node could not "
                    f"render it: install Node.js 18 or newer, which brings npm, and run this again.\n{said.strip()}"
                ) from None
        self.rendered.update(zip(missing, map(_slim, json.loads(answer)), strict=True))


def _told(command, folder, given=None):
    program = shutil.which(command[0])
    if program is None:
        raise FileNotFoundError(f"there is no {command[0]} on this machine")
    done = subprocess.run(
        [program, *command[1:]], cwd=folder, input=given, capture_output=True, text=True, encoding="utf-8", check=True
    )
    return done.stdout


def _slim(mathml):
    """Remove what the page's own style sheet already sets, and return the formula as ASCII."""
    for said, instead in (
        (' class="tml-display" style="display:block math;"', ""),
        (' style="padding-left:0em;padding-right:0em;"', ""),
        (' class="chr-sml wbk-sml-acc" style="math-depth:0;"', ' class="hat"'),
        (' fence="true"', ""),
        ('<mrow><mo form="prefix" stretchy="false">', '<mrow><mo stretchy="false">'),  # implied by position
        ('<mo form="postfix" stretchy="false">)</mo></mrow>', '<mo stretchy="false">)</mo></mrow>'),
    ):
        mathml = mathml.replace(said, instead)
    return mathml.encode("ascii", "xmlcharrefreplace").decode("ascii")


if __name__ == "__main__":
    sys.exit(main(build, COMMAND, __doc__.splitlines()[0]))
