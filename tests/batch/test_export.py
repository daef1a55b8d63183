"""autograder/batch/export.py: of a file that nobody has described, whatever is there is taken and the rest is said."""

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
    """Both of PyYAML's readers, where both are there: in C for speed, in Python where that was not built."""
    if request.param == "Python":
        monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    elif not yaml.__with_libyaml__:
        pytest.skip("PyYAML was built without libyaml")


def read(text):
    """What is read of a text."""
    return dict(export.read(io.BytesIO(text if isinstance(text, bytes) else text.encode())))


def refusal(text):
    """The sentence."""
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
    """An editor leads there; and there is a way on without it."""
    sentence = refusal(text)
    assert sentence.startswith(f"submission_metadata.yml is damaged {where}")
    assert sentence.endswith(f". {OTHERWISE}")


def test_whole_sentence():
    """What the library found, where, and two ways out."""
    assert refusal("a:\n  - b\n  c: d\n") == (
        "submission_metadata.yml is damaged in line 3, column 3: did not find expected '-' indicator. " + OTHERWISE
        if hasattr(yaml, "CSafeLoader")
        else "submission_metadata.yml is damaged in line 3, column 3: expected <block end>, but found '?'. " + OTHERWISE
    )


@pytest.mark.parametrize("text", [b"a: \xff\xfe\n", b"a: x\x00y\n", "a: \ud800".encode("utf-16", "surrogatepass")])
def test_letters_that_yaml_does_not_know(text):
    """They have no line of their own."""
    sentence = refusal(text)
    assert sentence.startswith("submission_metadata.yml is damaged after line 1: ")
    assert sentence.endswith(OTHERWISE)


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "- a\n- b\n", "just text", "--- null\n"])
def test_something_else_than_a_mapping(text):
    """It is valid, and not from Gradescope."""
    assert refusal(text) == (
        f"submission_metadata.yml is not what Gradescope writes: it has no list of submissions. {OTHERWISE}"
    )


def test_without_pyyaml(monkeypatch):
    """Only an export needs it."""
    monkeypatch.setitem(sys.modules, "yaml", None)
    assert refusal("a: 1") == (
        "Reading submission_metadata.yml needs PyYAML, which is not installed. Install it (pip install PyYAML), or "
        "remove submission_metadata.yml to grade the folders without names."
    )


def test_file_that_is_too_large(monkeypatch):
    """It is not read to its end."""
    monkeypatch.setattr(export, "MAX_FILE_BYTES", 1 << 20)
    text = "a: '" + "x" * (2 << 20)
    assert refusal(text) == f"submission_metadata.yml has more than 1 MiB. {OTHERWISE}"


def test_deep_nesting():
    """Neither the stack nor the memory ends first."""
    assert refusal("a: " + "[" * 900) == (
        "submission_metadata.yml is not what Gradescope writes: in line 1, column 67, it is nested more than 64 deep. "
        + OTHERWISE
    )


def test_many_anchors(monkeypatch):
    """Each is remembered, so they are counted."""
    monkeypatch.setattr(export, "MAX_ANCHORS", 10)
    assert refusal("".join(f"a{number}: &x{number} 1\n" for number in range(11))) == (
        "submission_metadata.yml is not what Gradescope writes: in line 11, column 6, it has more than 10 anchors. "
        + OTHERWISE
    )


# ------------------------------------------------------------------------------------- hostile, and read


def test_aliases_of_aliases_take_no_room():
    """A billion laughs are ten lists."""
    bomb = "a: &a0 [x, x]\n" + "".join(f"b{n}: &a{n + 1} [{', '.join([f'*a{n}'] * 10)}]\n" for n in range(40))
    tracemalloc.start()
    try:
        assert len(read(bomb + "c:\n  :submitters: *a40\n  :results: *a40\n")) == 42
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_alias_means_what_it_names():
    """Ruby writes one where the same object occurs twice."""
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
    """It is as good as nothing."""
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
    """No object is made of them, and what they stand before is read as if they were not there."""
    text = f"a: {tag}\n  :submitters: !ruby/array:Array\n  - {tag}\n    :name: !ruby/sym Ada\n  :score: 3\n"
    assert read(text) == {"a": About((Person("Ada"),), Stored(3.0, {}), ())}


@pytest.mark.parametrize("key", ["[a, b]", "{a: b}", "~", "? [x]\n"])
def test_keys_that_are_no_text(key):
    """They are no name of a folder, and no entry of a submission."""
    assert list(read(f"{key}: 1\nb: ~\n")) == ["b"]
    key = key.replace("\n", "\n  ")
    assert read(f"a:\n  {key}: 1\n  :score: 3\n")["a"].stored.score == 3


# ------------------------------------------------------------------------------------- odd, and read


@pytest.mark.parametrize("value", ["", "~", "3", "text", "[]", "2025-11-02 10:00:00 Z"])
def test_submission_that_is_no_mapping(value):
    """Nothing is known of it, and that is said."""
    assert read(f"a: {value}") == {"a": About(notes=("submission_metadata.yml says nothing about it.",))}


WRONG = ["", "~", "3", "text", "[]", "{}", "[~, 3, text, []]", "{a: b}", "true", ".nan"]


@pytest.mark.parametrize("value", WRONG)
@pytest.mark.parametrize("key", [":submitters", ":history", ":results", ":status"])
def test_key_of_the_wrong_type(key, value):
    """Every other key is read all the same."""
    about = read(f"a:\n  {key}: {value}\n  :score: 3\n")["a"]
    assert about.people == ()
    assert about.stored == Stored(3.0, {})
    assert about.notes[0] == NOBODY[0]


@pytest.mark.parametrize("value", WRONG)
@pytest.mark.parametrize("key", ["name", "sid", "email", "section_name"])
def test_person_with_a_key_of_the_wrong_type(key, value):
    """The others are kept; what is written without quotes is a text."""
    (person,) = read(f"a:\n  :submitters:\n  - :{key}: {value}\n    :other: x\n  - :name: Ben\n")["a"].people[-1:]
    assert person == Person("Ben")


@pytest.mark.parametrize(
    ("written", "sid"),
    [("'007'", "007"), ("007", "007"), ("12", "12"), ("12.0", "12.0"), ("1_000", "1_000"), ("'null'", "null"),
     ("0x1F", "0x1F"), ("yes", "yes"), ("2025-11-02", "2025-11-02")],
)  # fmt: skip
def test_number_of_a_student_is_a_text(written, sid):
    """Its zeros are part of it, with quotes or without."""
    assert read(f"a:\n  :submitters:\n  - :sid: {written}\n")["a"].people == (Person(sid=sid),)


def test_group():
    """All of it, up to a size that no group has."""
    text = "a:\n  :submitters:\n" + "".join(f"  - :name: P{number}\n" for number in range(60))
    about = read(text)["a"]
    assert len(about.people) == 50
    assert about.notes == ("It has 60 submitters; only the first 50 are kept.",)
    assert read(f"a:\n  :submitters:\n  - :name: {'x' * 1000}\n")["a"].people == (Person("x" * 200),)


@pytest.mark.parametrize(
    "score", [".nan", ".inf", "-.inf", "'12'", "twelve", "true", "[]", "{}", "1e999", "0x10", "1_0", "NaN"]
)
def test_score_that_is_no_number(score):
    """It must not become one."""
    text = f"a:\n  :score: {score}\n  :results:\n    tests:\n    - number: '1.1'\n      score: {score}\n"
    about = read(text)["a"]
    assert about.stored == NEVER
    assert about.notes == (
        *NOBODY,
        "The stored score is not a number and is ignored.",
        "The stored score of 1.1 is not a number and is ignored.",
    )


def test_stored_results():
    """Of the results only what a later grading is compared with is kept; keys have a colon or none."""
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
    """Staff may have changed it."""
    assert read("a:\n  :score: 3\n  :results: {score: 5}\n")["a"].stored == Stored(3.0, {})


def test_key_twice():
    """With a colon and without, or the same again: the first counts."""
    assert read("a:\n  score: 1\n  :score: 2\n  score: 3\n")["a"].stored == Stored(1.0, {})


def test_status():
    """Gradescope's own failure is no student's."""
    about = read("a:\n  :submitters: [{name: Ada}]\n  :status: failed\n  :score:\n")["a"]
    assert about == About((Person("Ada"),), NEVER, ("Gradescope did not finish grading it: its status is failed.",))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_and_ends_of_lines(encoding, end):
    """As editors save it again."""
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
    """Whatever stands where something else should."""
    assert list(read(yaml.safe_dump({"a": value}, allow_unicode=True))) == ["a"]
