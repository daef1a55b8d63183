"""autograder/batch/canvas.py: the student and the original name of a file, from the name that Canvas gave it."""

import pytest

from autograder.batch import sources
from autograder.batch.canvas import Upload, by_student, upload
from autograder.batch.intake import Summary
from autograder.batch.names import safe_names
from autograder.batch.records import Person

from .conftest import FILE, PROGRAM


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("ngada_123_456_neural_network.py", ("ngada", "123", "ngada_123", False, 456, FILE)),
        ("ngada_LATE_123_456_neural_network-2.py", ("ngada", "123", "ngada_123", True, 456, "neural_network-2.py")),
        ("田中美咲_1_2_a_3_4_b.py", ("田中美咲", "1", "田中美咲_1", False, 2, "a_3_4_b.py")),
        ("of_ada2_1_2_x.py", ("of_ada2", "1", "of_ada2_1", False, 2, "x.py")),
        ("anon_aB3xY_456_x.py", ("", "", "anon_aB3xY", False, 456, "x.py")),
        ("LATE_anon_aB3xY_456_x.py", ("", "", "anon_aB3xY", True, 456, "x.py")),
        ("ngada_123_text.html", ("ngada", "123", "ngada_123", False, 0, "text.html")),
        ("ngada_LATE_123_link.html", ("ngada", "123", "ngada_123", True, 0, "link.html")),
    ],
)
def test_names_that_canvas_gives(name, says):
    """A name holds the student's name, Canvas's numbers of the student and of the file, and the original file name."""
    assert upload(name) == Upload(name, *says)


@pytest.mark.parametrize(
    "name", [FILE, "ada.py", "ada_1.py", "1_2_x.py", "ada_1_2_", "ada_1_2", "ng, ada_1_2_x.py", "part_1_two_3.py"]
)
def test_names_that_it_does_not_give(name):
    """Names that people choose are not taken for Canvas's."""
    assert upload(name) is None


def test_download(take, laid_out):
    """The files of a student become one submission, under their original names."""
    taken = take(
        laid_out(
            {
                "ngada_LATE_12_900_neural_network-2.py": PROGRAM,
                "ngada_LATE_12_901_helper-1.py": b"x = 1",
                "smithben_9_77_neural_network.py": PROGRAM,
                "smithben_10_78_neural_network.py": PROGRAM + b"# the other Ben\n",
                "anon_aB3xY_80_my_network.py": PROGRAM,
                "yang_3_text.html": b"see above",
            }
        )
    )
    assert taken.summary == Summary("a Canvas download", 5, 4)
    assert taken.ids == ["anon_aB3xY", "ngada_12", "smithben_9", "smithben_10", "yang_3"]
    assert taken.by_id["ngada_12"].people == (Person(name="ngada", sid="12", numbered_by_canvas=True),)
    assert taken.by_id["ngada_12"].notes == ("Handed in late, as Canvas says.",)
    assert taken.by_id["anon_aB3xY"].people == ()
    assert taken.text("ngada_12") == taken.text("smithben_9") == PROGRAM.decode()
    assert taken.text("smithben_10").endswith("# the other Ben\n")
    assert taken.text("anon_aB3xY") == (
        "There is no neural_network.py; found instead: my_network.py. If that is your program, rename it to "
        "neural_network.py."
    )
    assert taken.text("yang_3") == "There is no neural_network.py; found instead: text.html. Hand in neural_network.py."
    unpacked = taken.folder.unpacked / "ngada_12"
    assert sorted(one.name for one in unpacked.iterdir()) == ["helper-1.py", FILE]


@pytest.mark.parametrize("again", ["neural_network-3", "neural_network-0b1c2d3e-0000-4000-8000-00112233aabb"])
def test_newest_of_two(take, laid_out, again):
    """The file with the higher number is newer; a note says which one counts."""
    taken = take(laid_out({f"ngada_1_900_{again}.py": PROGRAM, "ngada_1_1000_neural_network.py": b"newest"}))
    assert taken.text("ngada_1") == "newest"
    assert taken.only.notes == (
        "neural_network.py was handed in twice; the newest counts: ngada_1_1000_neural_network.py.",
    )


@pytest.mark.parametrize("step", [1, -1])
@pytest.mark.parametrize(
    ("again", "asked", "kept"),
    [("Net-1.py", "net.py", "Net.py"), ("net-1.py", "Net.py", "net.py"), ("nets-1.py", "net.py", "nets-1.py")],
)
def test_newest_of_two_in_whatever_order_they_come(again, asked, kept, step):
    """The newest counts in any order, as a folder lists files unordered. Resubmissions may differ in case."""
    uploads = [upload(f"ngada_1_{number}_{again}") for number in (900, 1000)][::step]
    files = by_student(uploads, [asked])["ngada_1"].files
    assert {name: one.attachment for name, one in files.items()} == {kept: 1000}


def test_zip_stays_a_zip(take, laid_out, archive):
    """A student's zip is not unpacked here; the grader looks into it."""
    inner = archive({"x/neural_network.py": PROGRAM}, "inner.zip").read_bytes()
    taken = take(laid_out({"ngada_1_2_homework.zip": inner, "yang_3_4_homework.zip": b"none", "yang_3_5_x.py": b""}))
    assert taken.text("ngada_1") == PROGRAM.decode()
    assert taken.text("yang_3") == (
        "There is no neural_network.py, but a zip inside: homework.zip. "
        "Hand in the Python file neural_network.py itself."
    )


def test_other_files_beside_it(take, laid_out):
    """A name not given by Canvas has no known student: a program is graded, and other files are ignored."""
    taken = take(
        laid_out(
            {
                "ngada_1_2_neural_network.py": PROGRAM,
                "late.py": PROGRAM,
                f"old/{FILE}": PROGRAM,
                "yang_1_3_y.py": b"",
                "yang_1_2_x.py": b"",
                "a.csv": b"",
            }
        )
    )
    assert taken.ids == ["late", "ngada_1", "old", "yang_1"]
    assert taken.by_id["late"].notes == taken.by_id["old"].notes
    assert taken.by_id["late"].notes == ("Canvas does not give such a name, so its student is unknown.",)
    assert taken.summary.sentences == ("Ignored, because these are not submissions: a.csv.",)


def test_folder_that_is_called_as_a_student_is_a_submission_of_its_own(take, laid_out):
    """A folder named like a student's id gets its own id, so neither grade overwrites the other."""
    taken = take(laid_out({"ngada_1_2_neural_network.py": PROGRAM, f"ngada_1/{FILE}": b"x = 1\n"}))
    own, other = taken.ids
    assert own == "ngada_1" and other.startswith("ngada_1-")
    assert (taken.text(own), taken.text(other)) == (PROGRAM.decode(), "x = 1\n")
    assert taken.by_id[other].called == "ngada_1/"


def test_few_such_names_are_chance(take, laid_out):
    """If most names are not Canvas's, none is parsed, and a sentence says so."""
    taken = take(laid_out({"lab_1_2_ada.py": PROGRAM, "ben.py": PROGRAM, f"cleo/{FILE}": PROGRAM}))
    assert taken.ids == ["ben", "cleo", "lab_1_2_ada"]
    assert taken.summary.sentences == (
        "1 name could be from Canvas, but most are not, so all names are used as they are.",
    )


def test_link_among_the_files(take, folder, tmp_path):
    """The file that the link points to is not copied."""
    (tmp_path / "secret").write_text("secret")
    path = folder({"yang_3_4_neural_network.py": PROGRAM})
    (path / "ngada_1_2_neural_network.py").symlink_to(tmp_path / "secret")
    taken = take(path)
    assert taken.text("ngada_1") == ("ngada_1_2_neural_network.py is a link to another file. Hand in the file itself.")
    assert taken.text("yang_3") == PROGRAM.decode()


def test_student_with_too_many_files_holds_nobody_up(take, laid_out, monkeypatch):
    """Making 20,000 spellings of one name in upper and lower case unique took nine minutes."""

    def few_names(names, first):
        assert len(names) <= sources.MAX_ENTRIES
        return safe_names(names, first)

    monkeypatch.setattr(sources, "safe_names", few_names)
    taken = take(laid_out({**{f"ada_1_{n}_{n}.txt": b"" for n in range(2001)}, "ben_2_9_neural_network.py": PROGRAM}))
    assert taken.text("ada_1") == "More than 2000 files were handed in. Hand in the one file asked for."
    assert taken.text("ben_2") == PROGRAM.decode()


def test_large_program_is_not_copied_whole(take, folder):
    """Only one byte more than the grader accepts is copied, which is enough for its error message."""
    taken = take(folder({"ngada_1_2_neural_network.py": b"#" * (3 << 20)}))
    assert taken.text("ngada_1").startswith("neural_network.py has more than 1 MiB;")


def test_student_with_the_name_of_another_takes_nothing_from_them(take, laid_out, archive):
    """A student chose the name `ngada_1001`. With her file added to Ada's submission, Ada's zip would be ignored."""
    work = archive({FILE: PROGRAM}, "work.zip").read_bytes()
    taken = take(
        laid_out(
            {
                "ngada_1001_5001_work.zip": work,
                "ngada_1001_2002_6001_neural_network.py": b"",
                "smithben_9_77_neural_network.py": PROGRAM,
            }
        )
    )
    assert taken.text("ngada_1001") == PROGRAM.decode()
    assert taken.by_id["ngada_1001"].notes == (
        "ngada_1001_2002_6001_neural_network.py may be the file of another student, whose name ends in a number, so "
        "it was ignored.",
    )


def test_file_that_begins_with_a_number_is_its_students_own(take, laid_out):
    """If the student has no other file, it is kept as theirs, with a note to staff that it may be another student's."""
    taken = take(laid_out({"ngada_12_900_1_work.py": PROGRAM, "smithben_9_77_neural_network.py": PROGRAM}))
    assert "found instead: 1_work.py" in taken.text("ngada_12")
    assert taken.by_id["ngada_12"].notes == (
        "ngada_12_900_1_work.py may be the file of another student, whose name ends in a number.",
    )
