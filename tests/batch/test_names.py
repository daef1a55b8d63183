"""autograder/batch/names.py: ids, and file names that every disk can hold."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.batch.names import DEVICES, identifiers, natural, safe_names

# Names that students and their machines produce, and that hypothesis would rarely find.
AWKWARD = (
    "con",
    "CON.py",
    "nul.",
    "aux.tar.gz",
    "COM¹",
    "..",
    ".",
    ".hidden",
    "-rf",
    "a b",
    "a\nb",
    "a/b",
    "a\\b",
    "C:x",
)
NAMES = st.one_of(
    st.text(min_size=1, max_size=80),
    st.text("aA.-_é\u0301 ", min_size=1, max_size=8),
    st.sampled_from(AWKWARD),
)


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.sets(NAMES, max_size=30))
def test_identifiers_are_safe_unique_and_the_same_again(names):
    """They are valid file names on Linux, macOS, and Windows, whatever the names, and do not depend on their order."""
    chosen = identifiers(names)
    assert set(chosen) == names
    assert len({one.lower() for one in chosen.values()}) == len(names)
    for one in chosen.values():
        assert re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,103}[A-Za-z0-9])?", one)
        assert not DEVICES.match(one)
    assert identifiers(sorted(names, reverse=True)) == chosen


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(NAMES)
def test_identifier_is_the_same_in_both_forms_of_unicode(name):
    """macOS stores é as two code points, which must not give another id."""
    one, other = (unicodedata.normalize(form, name) for form in ("NFC", "NFD"))
    assert identifiers([one])[one] == identifiers([other])[other]


@pytest.mark.parametrize(
    ("name", "identifier"),
    [
        ("submission_123", "submission_123"),
        ("ada.py", "ada"),
        ("Ada.ZIP", "Ada"),
        ("v1.2_final-3", "v1.2_final-3"),
        ("con", "s-con-DIGEST"),
        ("Lpt1.py", "s-Lpt1-DIGEST"),
        ("Zoë", "Zoe-DIGEST"),
        ("美咲", "s-DIGEST"),
        ("x" * 41, "x" * 40 + "-DIGEST"),
        ("../../etc", "etc-DIGEST"),
    ],
)
def test_identifier(name, identifier):
    """A plain name is its own id. Any other keeps what it can, and an eight-digit digest makes it unique."""
    found = identifiers([name])[name]
    assert re.sub(r"-[0-9a-f]{8}$", "-DIGEST", found) == identifier


def test_identifiers_that_others_have_as_names():
    """A student cannot be taken for another by choosing a name that ends in the other's digest."""
    names = {"Ada", "ada"}
    assert not names & set(identifiers(names).values()), "neither may depend on which came first"
    names |= set(identifiers(names).values())
    names |= set(identifiers(names).values())
    assert len({one.lower() for one in identifiers(names).values()}) == len(names)


def test_natural_order():
    """Digits are compared as numbers, however long, and case is ignored."""
    names = ["s10", "S9", "s9", "s09", "10", "9", "s", "s1-b", "s1-a", "1" * 5000]
    assert sorted(names, key=natural) == ["9", "10", "1" * 5000, "s", "s1-a", "s1-b", "S9", "s09", "s9", "s10"]


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.sets(NAMES.filter(lambda name: "/" not in name), max_size=20))
def test_safe_names_lie_side_by_side_on_every_disk(names):
    """They contain no path, and no two are the same on a disk that ignores case."""
    safe = safe_names(names, ["neural_network.py"])
    assert set(safe) == names
    assert len({one.lower() for one in safe.values()}) == len(names)
    for name, one in safe.items():
        assert not re.search(r'[\x00-\x1f<>:"|?*/\\]|[. ]$', one)
        assert one not in ("", ".", "..")
        assert not DEVICES.match(one)
        assert len(one.encode()) <= 140
        assert one != "neural_network.py" or name == one


@pytest.mark.parametrize(
    ("names", "safe"),
    [
        (["neural_network.py", "Neural_Network.py"], ["neural_network.py", "Neural_Network-2.py"]),
        (["Neural_Network.py", "NEURAL_network.py"], ["NEURAL_network.py", "Neural_Network-2.py"]),
        (["neural_network.py.", "neural_network.py "], ["neural_network.py-", "neural_network-2.py-"]),
        (["nul.txt", "COM1"], ["-COM1", "-nul.txt"]),
        (["a\x00b", "what?.py"], ["a-b", "what-.py"]),
    ],
)
def test_safe_name(names, safe):
    """The file to grade keeps its name, and no other file gets that name."""
    assert sorted(safe_names(names, ["neural_network.py"]).values()) == sorted(safe)
