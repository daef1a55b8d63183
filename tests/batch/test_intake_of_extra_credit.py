"""Two files of one student: every kind of PATH keeps them together, and a problem with one does not affect the other.

The names of both files come from the assignment; here they are those of the real one.
"""

import zipfile

import pytest

from autograder.batch.intake import Summary

from .conftest import EXTRA, FILE, MORE, PROGRAM

BOTH = [PROGRAM.decode(), MORE.decode()]
NO_FIRST = f"There is no {FILE}; found instead: {EXTRA}. Hand in {FILE}."


def test_folders(take, laid_out):
    """Each folder is one submission, with one file or both, at any depth."""
    taken = take(
        laid_out(
            {
                f"ada/{FILE}": PROGRAM,
                f"ada/{EXTRA}": MORE,
                f"ben/{FILE}": PROGRAM,
                f"cleo/work/{FILE}": PROGRAM,
                f"cleo/more/{EXTRA}": MORE,
                f"dan/{EXTRA}": MORE,
                f"eve/{FILE}": PROGRAM,
                "eve/Extensions.py": MORE,
            }
        )
    )
    assert taken.summary == Summary("submissions", 5, 0)
    assert taken.texts("ada") == taken.texts("cleo") == BOTH
    assert taken.texts("ben") == [PROGRAM.decode(), None]
    assert taken.texts("dan") == [NO_FIRST, MORE.decode()]
    assert taken.texts("eve") == [
        PROGRAM.decode(),
        "There is no extensions.py, but a file called Extensions.py. Rename it to extensions.py, in lowercase.",
    ]


def test_export(take, laid_out):
    """Gradescope packs both files into the submission's folder."""
    metadata = "submission_1:\n  :submitters:\n  - :name: Ada\n"
    files = {"submission_metadata.yml": metadata, f"submission_1/{FILE}": PROGRAM, f"submission_1/{EXTRA}": MORE}
    taken = take(laid_out({f"assignment_1_export/{name}": content for name, content in files.items()}))
    assert taken.summary.kind == "a Gradescope export"
    assert taken.texts("submission_1") == BOTH


def test_zip_of_a_student(take, laid_out, archive):
    """The zip has both files, and the grader looks into it."""
    inner = archive({f"x/{FILE}": PROGRAM, f"x/{EXTRA}": MORE}, "inner.zip").read_bytes()
    taken = take(laid_out({"ada.zip": inner, "ben.py": PROGRAM}))
    assert taken.texts("ada") == BOTH
    assert taken.texts("ben") == [PROGRAM.decode(), None]


@pytest.mark.parametrize("alone", [FILE, EXTRA])
def test_class_of_one(take, laid_out, alone):
    """A folder that contains one of the files is a student's, whatever else it contains."""
    taken = take(laid_out({f"ada/{alone}": PROGRAM, "ada/helper.py": b""}))
    assert taken.ids == ["ada"]


# ------------------------------------------------------------------------------------- a download from Canvas


def test_download(take, laid_out):
    """A student's files form one submission, even if resubmitted, late, or in any order."""
    taken = take(
        laid_out(
            {
                "ngada_LATE_12_456_neural_network-1.py": PROGRAM,
                "ngada_LATE_12_457_extensions-2.py": MORE,
                "smithben_9_78_extensions.py": MORE,
                "smithben_9_77_neural_network.py": PROGRAM,
                "anon_aB3xY_80_neural_network.py": PROGRAM,
                "anon_aB3xY_81_extensions-0b1c2d3e-0000-4000-8000-00112233aabb.py": MORE,
                "yang_3_90_extensions.py": MORE,
                "zhou_4_91_neural_network.py": PROGRAM,
            }
        )
    )
    assert taken.summary == Summary("a Canvas download", 5, 4)
    assert taken.ids == ["anon_aB3xY", "ngada_12", "smithben_9", "yang_3", "zhou_4"]
    assert taken.texts("ngada_12") == taken.texts("smithben_9") == taken.texts("anon_aB3xY") == BOTH
    assert taken.by_id["ngada_12"].notes == ("Handed in late, as Canvas says.",)
    assert taken.texts("yang_3") == [NO_FIRST, MORE.decode()]
    assert taken.texts("zhou_4") == [PROGRAM.decode(), None]


def test_newest_of_two(take, laid_out):
    """Each file is compared on its own, and a note says which one counts."""
    taken = take(
        laid_out(
            {
                "ngada_1_900_extensions-3.py": b"old",
                "ngada_1_1000_extensions.py": MORE,
                "ngada_1_10_neural_network.py": PROGRAM,
            }
        )
    )
    assert taken.texts("ngada_1") == BOTH
    assert taken.only.notes == ("extensions.py was handed in twice; the newest counts: ngada_1_1000_extensions.py.",)


# ------------------------------------------------------------------------------------- plain files


def test_files_that_are_called_alike(take, laid_out):
    """Each is added to the first file of the same student, which keeps the id that it has without extra credit."""
    taken = take(
        laid_out(
            {
                "ada.py": PROGRAM,
                "ada_extensions.py": MORE,
                "Ben-neural_network.py": PROGRAM,
                "ben-Extensions.py": MORE,
                "ben.py": b"somebody else",
                "cleo neural_network.py": PROGRAM,
            }
        )
    )
    assert taken.ids == ["ada", "ben", "Ben-neural_network", "cleo-neural_network-c7fb5c6b"]
    assert taken.texts("ada") == taken.texts("Ben-neural_network") == BOTH
    assert taken.texts("ben") == ["somebody else", None]
    assert taken.summary.sentences == (
        "Matched by name as extra credit: ada_extensions.py to ada.py, ben-Extensions.py to Ben-neural_network.py.",
    )


def test_file_that_belongs_to_nobody(take, laid_out):
    """It is graded as a submission without a first file, even if it fits two students, because intake never guesses."""
    taken = take(
        laid_out(
            {
                "ada.py": PROGRAM,
                "cleo_extensions.py": MORE,
                "dan_neural_network.py": PROGRAM,
                "dan-neural_network.py": PROGRAM,
                "dan_extensions.py": MORE,
                f"eve/{FILE}": PROGRAM,
                "eve_extensions.py": MORE,
            }
        )
    )
    assert taken.summary.submissions == 7
    for alone in ("cleo_extensions", "dan_extensions", "eve_extensions"):
        assert taken.texts(alone) == [NO_FIRST, MORE.decode()]
    assert taken.summary.sentences == (
        "Extra credit that matches no student, so each file counts as a submission without neural_network.py: "
        "cleo_extensions.py, dan_extensions.py, eve_extensions.py. Name it after the first file, as in ada.py and "
        "ada_extensions.py, or use folders.",
    )


def test_class_without_extra_credit_is_what_it_was(take, laid_out):
    """Only names that end in exactly this file name are split."""
    taken = take(laid_out({"ada.py": PROGRAM, "extensions_ben.py": PROGRAM, "cleoextensions.py": PROGRAM}))
    assert taken.summary == Summary("submissions", 3, 0)
    assert all(taken.texts(one) == [PROGRAM.decode(), None] for one in taken.ids)


def test_one_submission_instead_of_a_class(refusal, laid_out):
    """Even if it has only the extra credit."""
    path = laid_out({EXTRA: MORE, "ada.py": PROGRAM})
    assert refusal(path).startswith(f"PLACE/{path.name} holds extensions.py itself, so it looks like one submission. ")


# ------------------------------------------------------------------------------------- one of them cannot be unpacked


def damaged(archive, name):
    """Return a zip of both files, one of which does not match its checksum."""
    path = archive({f"ada/{FILE}": PROGRAM, f"ada/{EXTRA}": MORE}, compression=zipfile.ZIP_STORED)
    content = {FILE: PROGRAM, EXTRA: MORE}[name]
    path.write_bytes(path.read_bytes().replace(content, content.swapcase()))
    return path


def test_damaged_extra_credit_costs_nothing_else(take, archive):
    """The first file is graded; for the other, the student gets the error message."""
    taken = take(damaged(archive, EXTRA))
    assert taken.only.problem == ""
    first, extra = taken.texts("ada")
    assert first == PROGRAM.decode()
    assert extra.startswith("extensions.py cannot be unpacked from the zip of the class (Bad CRC-32 ")


def test_damaged_first_file_leaves_the_extra_credit(take, archive):
    """The extra credit is graded, although the first file cannot be unpacked."""
    first, extra = take(damaged(archive, FILE)).texts("ada")
    assert first.startswith("neural_network.py cannot be unpacked from the zip of the class (Bad CRC-32 ")
    assert extra == MORE.decode()


def test_large_files_beside_them_are_empty(take, archive):
    """Only the files to grade are unpacked, however many the assignment has."""
    taken = take(archive({f"ada/{FILE}": PROGRAM, f"ada/{EXTRA}": MORE, "ada/digits.npy": b"x" * 1000}))
    sizes = {one.name: one.stat().st_size for one in (taken.folder.unpacked / "ada").iterdir()}
    assert sizes == {FILE: len(PROGRAM), EXTRA: len(MORE), "digits.npy": 0}
