"""autograder/batch/veil.py: students are found in a text however their names are written; other words stay."""

import pytest

from autograder.batch.records import Entry, Person
from autograder.batch.veil import HIDDEN, Veil

ADA = Entry("submission_4711", "", (Person("Ada King Lovelace", "0612345", "ada.l@school.edu"),))
MAX = Entry("1999", "", (Person("Max Li", "7", "max@school.edu"),))
WANG = Entry("s", "", (Person("王小明"), Person("Jos\u00e9 Garc\u00eda")))
VEIL = Veil([ADA, MAX, WANG], "max and line are words of the assignment, backprop too")


@pytest.mark.parametrize(
    "text",
    ["Ada King Lovelace", "ADA LOVELACE", "Lovelace, Ada", "lovelace_ada", "lovelaceada", "AdaLovelace", "0612345",
     "submission_4711", "submission 4711", "ada.l@school.edu", "ADA.L@SCHOOL.EDU", "ada\nlovelace", "Li, Max", "Max Li",
     "Lovelace, Ada King",     "1999", "Jose\u0301 Garci\u0301a"],
)  # fmt: skip
def test_people_are_hidden_in_texts_of_everybody(text):
    """The name of a partner may be in somebody else's text."""
    assert VEIL.hide(f"found {text}_hw1.py: wrong") == f"found {HIDDEN}_hw1.py: wrong"


@pytest.mark.parametrize("text", ["Ada", "lovelace", "king", "LOVELACEhw1"])
def test_parts_of_a_name_are_hidden_in_ones_own_texts(text):
    """There, they can hardly mean anything else."""
    assert VEIL.hide(f"/home/{text}/hw1.py", ADA) == f"/home/{HIDDEN}/hw1.py"
    assert VEIL.hide(f"/home/{text}/hw1.py", MAX) == f"/home/{text}/hw1.py"


@pytest.mark.parametrize(
    ("person", "text", "shown"),
    [
        (Person("Ada Byron", "", "countess77@school.edu"), "countess77.py", f"{HIDDEN}.py"),
        (Person("Max Li"), "li = list(z)", "li = list(z)"),
        (Person("王 明"), "王.py", f"{HIDDEN}.py"),
        (Person("Ada King"), "kinghw1.py, adaptive.py", f"{HIDDEN}.py, adaptive.py"),
        (Person("Tim Prop"), "backprop(x), propeller(x)", f"backprop(x), {HIDDEN}(x)"),
    ],
    ids=["login", "two letters", "one Chinese letter", "four letters and three within a word", "the assignment's word"],
)
def test_which_words_are_hidden_in_ones_own_texts(person, text, shown):
    """Short words are hidden only where they stand alone, and never if they are two ASCII letters."""
    one = Entry("s", "", (person,))
    assert Veil([one], "backprop").hide(text, one) == shown


def test_name_of_what_was_handed_in_is_hidden():
    """If nobody else is named, it is the student's name."""
    one = Entry("s-3df23bc4", "", handed_in_as="Zoë Müller.py")
    veil = Veil([one], "")
    assert veil.hide("a notebook: zoë_müller.ipynb") == f"a notebook: {HIDDEN}.ipynb"
    assert veil.hide("a file called müllers_hw.py", one) == f"a file called {HIDDEN}_hw.py"


def test_names_without_spaces_are_found_within_words():
    """Chinese is written without spaces."""
    assert "王小明" not in VEIL.hide("作业王小明的.py", WANG)


def test_names_are_found_without_their_accents():
    """People often leave out accents in file names."""
    assert VEIL.hide("jose_garcia_hw1.py, JOSEGARCIA") == f"{HIDDEN}_hw1.py, {HIDDEN}"
    assert VEIL.hide("garciahw1.py", WANG) == f"{HIDDEN}.py"
    plain = Veil([Entry("s", "", (Person("Zoe Muller"),))], "")
    assert plain.hide("Zoë Müller") == HIDDEN


def test_short_names_are_found_in_a_word_together():
    """Each of them alone is too short to be found within a word."""
    ann = Entry("s", "", (Person("Ann Lee"),))
    assert Veil([ann], "").hide("annleehw1.py, hw1leeann.py", ann) == f"{HIDDEN}.py, {HIDDEN}.py"


@pytest.mark.parametrize(("name", "text"), [("Grace", "Grace"), ("Al Bo", "albo.py"), ("", "nobody")])
def test_one_name_and_two_short_ones_together_are_words_in_texts_of_others(name, text):
    """In somebody else's text, they may mean anything."""
    assert Veil([Entry("s", "", (Person(name),))], "").hide(text) == text


def test_words_of_the_assignment_are_no_names():
    """One student is called Max, and so is a function."""
    text = "line 7: z = np.max(h, 0.1999)  # backprop"
    assert VEIL.hide(text.replace("1999", "19"), MAX) == text.replace("1999", "19")
    assert Veil([Entry("s", "", (Person("Lin Ear"),))], "linear").hide("linear, Ear Lin") == f"linear, {HIDDEN}"


def test_what_was_handed_in_under_the_name_of_the_file_hides_nothing():
    """A folder named like the file to hand in identifies nobody."""
    veil = Veil([Entry("neural_network", ""), Entry("n-1", "", handed_in_as="Neural Network.py")], "neural_network.py")
    assert veil.hide("There is no neural_network.py.") == "There is no neural_network.py."


def test_numbers_are_hidden_as_a_whole_only():
    """A student's number inside a longer number is not hidden."""
    assert VEIL.hide("19990 and 11999 of 7") == "19990 and 11999 of 7"


def test_longest_of_several_is_hidden():
    """No part of the name remains."""
    assert VEIL.hide("by Ada King Lovelace.") == f"by {HIDDEN}."
