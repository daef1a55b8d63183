"""autograder/batch/export.py: the format is undocumented, so read what is there, and report the rest."""

import io
import sys
import tracemalloc

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.batch import export
from autograder.batch.export import About
from autograder.batch.records import Person, Stored, StoredCase
from autograder.batch.sources import NotAClass

NEVER = Stored(None, {})
NOBODY = ("submission_metadata.yml does not say whose it is.",)
OTHERWISE = "Export the assignment again, or remove submission_metadata.yml to grade the folders without names."


@pytest.fixture(autouse=True, params=["C", "Python"])
def _loader(request, monkeypatch):
    """Run each test with both of PyYAML's loaders, if available: the fast one in C, and the one in pure Python, which
    builds without libyaml have.
    """
    if request.param == "Python":
        monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    elif not yaml.__with_libyaml__:
        pytest.skip("PyYAML was built without libyaml")


def read(text):
    """Return what is read from a text."""
    return dict(export.read(io.BytesIO(text if isinstance(text, bytes) else text.encode())))


def refusal(text):
    """Return the error message."""
    with pytest.raises(NotAClass) as why:
        read(text)
    return str(why.value)


# ------------------------------------------------------------------------------------- damaged


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("a:\n  :score: 1\n  - b\n", "in line 3, column 3: "),
        ("a:\n  :score: 'never closed\n", "in line 3, column 1: "),
        ("a: [1, 2\nb: 3\n", "in line 2, column 2: "),
        ("a: b: c\n", "in line 1, column 5: "),
        ("a:\n\t- b\n", "in line 2, column 1: "),
        ("a: %x\n", "in line 1, column 4: "),
    ],
)
def test_damage_is_found_by_line_and_column(text, where):
    """The message gives the position for an editor, and a way to continue without editing."""
    sentence = refusal(text)
    assert sentence.startswith(f"submission_metadata.yml is damaged {where}")
    assert sentence.endswith(f". {OTHERWISE}")


def test_whole_sentence():
    """The message says what the library found, where, and two ways out."""
    assert refusal("a:\n  - b\n  c: d\n") == (
        "submission_metadata.yml is damaged in line 3, column 3: did not find expected '-' indicator. " + OTHERWISE
        if hasattr(yaml, "CSafeLoader")
        else "submission_metadata.yml is damaged in line 3, column 3: expected <block end>, but found '?'. " + OTHERWISE
    )


@pytest.mark.parametrize("text", [b"a: \xff\xfe\n", b"a: x\x00y\n", "a: \ud800".encode("utf-16", "surrogatepass")])
def test_letters_that_yaml_does_not_know(text):
    """PyYAML reports no line for these, so the message gives the last line that was read."""
    sentence = refusal(text)
    assert sentence.startswith("submission_metadata.yml is damaged after line 1: ")
    assert sentence.endswith(OTHERWISE)


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "- a\n- b\n", "just text", "--- null\n"])
def test_something_else_than_a_mapping(text):
    """The file is valid YAML, but not from Gradescope."""
    assert refusal(text) == (
        f"submission_metadata.yml is not what Gradescope writes: it has no list of submissions. {OTHERWISE}"
    )


def test_without_pyyaml(monkeypatch):
    """Only an export needs PyYAML."""
    monkeypatch.setitem(sys.modules, "yaml", None)
    assert refusal("a: 1") == (
        "Reading submission_metadata.yml needs PyYAML, which is not installed. Install it (pip install PyYAML), or "
        "remove submission_metadata.yml to grade the folders without names."
    )


def test_file_that_is_too_large(monkeypatch):
    """The file is not read to its end."""
    monkeypatch.setattr(export, "MAX_FILE_BYTES", 1 << 20)
    text = "a: '" + "x" * (2 << 20)
    assert refusal(text) == f"submission_metadata.yml has more than 1 MiB. {OTHERWISE}"


def test_deep_nesting():
    """Deep nesting neither overflows the stack nor exhausts memory."""
    assert refusal("a: " + "[" * 900) == (
        "submission_metadata.yml is not what Gradescope writes: in line 1, column 67, it is nested more than 64 deep. "
        + OTHERWISE
    )


def test_many_anchors(monkeypatch):
    """The parser keeps every anchor, so their number is limited."""
    monkeypatch.setattr(export, "MAX_ANCHORS", 10)
    assert refusal("".join(f"a{number}: &x{number} 1\n" for number in range(11))) == (
        "submission_metadata.yml is not what Gradescope writes: in line 11, column 6, it has more than 10 anchors. "
        + OTHERWISE
    )


# ------------------------------------------------------------------------------------- hostile, but read


def test_aliases_of_aliases_take_no_room():
    """The billion laughs attack takes as much memory as a few lists: an alias is not copied."""
    bomb = "a: &a0 [x, x]\n" + "".join(f"b{n}: &a{n + 1} [{', '.join([f'*a{n}'] * 10)}]\n" for n in range(40))
    tracemalloc.start()
    try:
        assert len(read(bomb + "c:\n  :submitters: *a40\n  :results: *a40\n")) == 42
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_alias_means_what_it_names():
    """Ruby writes an alias where the same object occurs twice."""
    text = """a:
  :submitters: &p
  - &one
    :name: &n Ada
    :sid: '1'
b:
  :submitters: *p
c:
  :submitters:
  - *one
  - :name: *n
"""
    people = {name: about.people for name, about in read(text).items()}
    ada = Person("Ada", "1")
    assert people == {"a": (ada,), "b": (ada,), "c": (ada, Person("Ada"))}


@pytest.mark.parametrize(
    "value", ["&x [*x]", "&x {a: *x}", "*nowhere", "&x {submitters: [*x], results: *x, tests: [*x]}"]
)
def test_alias_of_itself_or_of_nothing(value):
    """Such an alias is read as nothing."""
    assert read(f"a: {value}")["a"].people == ()


@pytest.mark.parametrize(
    "tag",
    [
        "!ruby/object:Gradescope::Score",
        "!ruby/hash:Hash",
        "!!python/object/apply:os.system",
        "!x",
        "!!python/name:os.x",
    ],
)
def test_tags_say_nothing(tag):
    """Tags create no objects and are ignored; the values they mark are read."""
    text = f"a: {tag}\n  :submitters: !ruby/array:Array\n  - {tag}\n    :name: !ruby/sym Ada\n  :score: 3\n"
    assert read(text) == {"a": About((Person("Ada"),), Stored(3.0, {}), ())}


@pytest.mark.parametrize("key", ["[a, b]", "{a: b}", "~", "? [x]\n"])
def test_keys_that_are_no_text(key):
    """Such a key is neither the name of a folder nor a field of a submission."""
    assert list(read(f"{key}: 1\nb: ~\n")) == ["b"]
    key = key.replace("\n", "\n  ")
    assert read(f"a:\n  {key}: 1\n  :score: 3\n")["a"].stored.score == 3


# ------------------------------------------------------------------------------------- unusual, but read


@pytest.mark.parametrize("value", ["", "~", "3", "text", "[]", "2025-11-02 10:00:00 Z"])
def test_submission_that_is_no_mapping(value):
    """Nothing is known about such a submission, and a note says so."""
    assert read(f"a: {value}") == {"a": About(notes=("submission_metadata.yml says nothing about it.",))}


WRONG = ["", "~", "3", "text", "[]", "{}", "[~, 3, text, []]", "{a: b}", "true", ".nan"]


@pytest.mark.parametrize("value", WRONG)
@pytest.mark.parametrize("key", [":submitters", ":history", ":results", ":status"])
def test_key_of_the_wrong_type(key, value):
    """All other keys are still read."""
    about = read(f"a:\n  {key}: {value}\n  :score: 3\n")["a"]
    assert about.people == ()
    assert about.stored == Stored(3.0, {})
    assert about.notes[0] == NOBODY[0]


@pytest.mark.parametrize("value", WRONG)
@pytest.mark.parametrize("key", ["name", "sid", "email", "section_name"])
def test_person_with_a_key_of_the_wrong_type(key, value):
    """Other people are kept. A value without quotes is read as text."""
    (person,) = read(f"a:\n  :submitters:\n  - :{key}: {value}\n    :other: x\n  - :name: Ben\n")["a"].people[-1:]
    assert person == Person("Ben")


@pytest.mark.parametrize(
    ("written", "sid"),
    [("'007'", "007"), ("007", "007"), ("12", "12"), ("12.0", "12.0"), ("1_000", "1_000"), ("'null'", "null"),
     ("0x1F", "0x1F"), ("yes", "yes"), ("2025-11-02", "2025-11-02")],
)  # fmt: skip
def test_number_of_a_student_is_a_text(written, sid):
    """Leading zeros are kept, with or without quotes."""
    assert read(f"a:\n  :submitters:\n  - :sid: {written}\n")["a"].people == (Person(sid=sid),)


def test_group():
    """All members are kept, up to a size that no real group has."""
    text = "a:\n  :submitters:\n" + "".join(f"  - :name: P{number}\n" for number in range(60))
    about = read(text)["a"]
    assert len(about.people) == 50
    assert about.notes == ("It has 60 submitters; only the first 50 are kept.",)
    assert read(f"a:\n  :submitters:\n  - :name: {'x' * 1000}\n")["a"].people == (Person("x" * 200),)


@pytest.mark.parametrize(
    "score", [".nan", ".inf", "-.inf", "'12'", "twelve", "true", "[]", "{}", "1e999", "0x10", "1_0", "NaN"]
)
def test_score_that_is_no_number(score):
    """It is not converted to a number, and a note says so."""
    text = f"a:\n  :score: {score}\n  :results:\n    tests:\n    - number: '1.1'\n      score: {score}\n"
    about = read(text)["a"]
    assert about.stored == NEVER
    assert about.notes == (
        *NOBODY,
        "The stored score is not a number and is ignored.",
        "The stored score of 1.1 is not a number and is ignored.",
    )


def test_stored_results():
    """Only what a later grading is compared with is kept. Keys may or may not start with a colon."""
    text = """a:
  :results:
    score: 7.5
    output: "long"
    tests:
    - number: 1.10
      score: 1e1
      extra_data: {outcome: Failed, mistake: ~, other: 3}
    - number: '2'
      score: -1
      extra_data: [outcome]
    - number: '2'
      score: 5
    - {score: 3}
    - text
    - :number: '3'
      :name: 'double: numbers'
      :score: +.5
      :extra_data: {outcome: Passed, mistake: m}
    - number: '4'
      score: ~
"""
    assert read(text)["a"].stored == Stored(
        7.5,
        {
            "1.10": StoredCase(10.0, "Failed", None),
            "2": StoredCase(-1.0, None, None),
            "3": StoredCase(0.5, "Passed", "m", "double: numbers"),
        },
    )


def test_score_that_gradescope_shows_comes_first():
    """Staff may have changed it on Gradescope."""
    assert read("a:\n  :score: 3\n  :results: {score: 5}\n")["a"].stored == Stored(3.0, {})


def test_key_twice():
    """The first one counts, whether it is repeated as it is or with a colon."""
    assert read("a:\n  score: 1\n  :score: 2\n  score: 3\n")["a"].stored == Stored(1.0, {})


def test_status():
    """A failure of Gradescope becomes a note; it is not the student's fault."""
    about = read("a:\n  :submitters: [{name: Ada}]\n  :status: failed\n  :score:\n")["a"]
    note = "Gradescope did not finish grading it (status: failed)"
    assert about == About((Person("Ada"),), NEVER, (f"{note}, so there is no earlier grade to compare with.",))
    assert read("a:\n  :submitters: [{name: Ada}]\n  :status: failed\n  :score: 3\n")["a"].notes == (f"{note}.",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_and_ends_of_lines(encoding, end):
    """An editor may have saved the file again."""
    text = f"---{end}a:{end}  :submitters:{end}  - :name: Zoë 美{end}    :sid: '007'{end}"
    assert read(text.encode(encoding))["a"].people == (Person("Zoë 美", "007"),)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    [":submitters", ":name", ":sid", ":results", "tests", "score", "number", ":created_at"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=30,
    )
)
def test_anything_that_yaml_can_hold(value):
    """Any value may be in the place of any other."""
    assert list(read(yaml.safe_dump({"a": value}, allow_unicode=True))) == ["a"]
