"""autograder/submission.py: whatever is handed in becomes a program, or one sentence that says what was found and what
to do.
"""

import bz2
import codecs
import contextlib
import io
import os
import socket
import stat
import struct
import sys
import tracemalloc
import types
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder import submission
from autograder.submission import Submission, Unreadable

FILE = "neural_network.py"
PROGRAM = b"def sigmoid(z):\n    return 1\n"
# More memory than reading one program takes, and far less than the sizes that a hostile file claims.
MODEST_BYTES = 16 << 20

no_windows = pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
user_only = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything: run as an ordinary user"
)


def read(path):
    """Return what is found in `path`."""
    return submission.read(path, FILE)


def refusal(path):
    """Return the refusal: one or two sentences for the student."""
    with pytest.raises(Unreadable) as refused:
        read(path)
    return str(refused.value)


@pytest.fixture(name="folder")
def _folder(tmp_path):
    """A function that makes a folder of these files: name -> bytes."""

    def folder(files):
        top = tmp_path / "handed in"
        top.mkdir()
        for name, data in files.items():
            path = top / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return top

    return folder


@pytest.fixture(name="archive")
def _archive(tmp_path):
    """A function that makes a zip of these files: name, or ZipInfo, -> bytes."""

    def archive(files, name="handed in.zip", compression=zipfile.ZIP_STORED):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", compression) as opened:
            for member, data in files.items():
                opened.writestr(member, data)
        return path

    return archive


# ------------------------------------------------------------------------------------- nothing to grade


def test_path_that_does_not_exist_is_the_callers_mistake(tmp_path):
    """There is no sentence for a student, because nobody handed anything in."""
    with pytest.raises(FileNotFoundError) as refused:
        read(tmp_path / "nothing")
    assert refused.value.filename == str(tmp_path / "nothing")


LISTED = "If that is your program, rename it to neural_network.py."
NAMES = {
    "no file": ([], "Nothing was handed in. Hand in neural_network.py."),
    "litter only": (["__MACOSX/._neural_network.py", "._neural_network.py", ".git/neural_network.py",
                     "__pycache__/neural_network.cpython-311.pyc", ".ipynb_checkpoints/neural_network.py"],
                    "Nothing was handed in. Hand in neural_network.py."),
    "two candidates": (["b/neural_network.py", "a/neural_network.py"],
                       "2 files are called neural_network.py: a/neural_network.py, b/neural_network.py. "
                       "Hand in only the one to be graded."),
    "many candidates": ([f"{i}/neural_network.py" for i in range(9)],
                        "9 files are called neural_network.py: 0/neural_network.py, 1/neural_network.py, "
                        "2/neural_network.py, 3/neural_network.py. Hand in only the one to be graded."),
    "wrong case": (["Neural_Network.py"],
                   "There is no neural_network.py, but a file called Neural_Network.py. Rename it to "
                   "neural_network.py, in lowercase."),
    "wrong case of the ending": (["hw6/neural_network.PY"],
                                 "There is no neural_network.py, but a file called neural_network.PY. Rename it to "
                                 "neural_network.py, in lowercase."),
    "a notebook": (["neural_network.ipynb"],
                   "There is no neural_network.py, but a notebook: neural_network.ipynb. "
                   "Hand in the Python file neural_network.py itself."),
    "a zip in a folder": (["hw6.zip"],
                          "There is no neural_network.py, but a zip inside: hw6.zip. "
                          "Hand in the Python file neural_network.py itself."),
    "another name": (["network.py", "data.csv"], f"There is no neural_network.py; found instead: network.py. {LISTED}"),
    "a download's name": (["neural_network (1).py"],
                          f"There is no neural_network.py; found instead: neural_network (1).py. {LISTED}"),
    "a download's name in the whole download": (
        ["neural_network (1).py", "draw.py", "extensions.py", "notebook.ipynb", "train.py"],
        f"There is no neural_network.py; found instead: neural_network (1).py. {LISTED}",
    ),
    "a download's name in capitals": (["Neural_Network1.PY", "DRAW.PY"],
                                      f"There is no neural_network.py; found instead: Neural_Network1.PY. {LISTED}"),
    "a notebook in capitals": (["HW6.IPYNB"],
                               "There is no neural_network.py, but a notebook: HW6.IPYNB. "
                               "Hand in the Python file neural_network.py itself."),
    "many other files": ([f"{i}.txt" for i in range(9)],
                         "There is no neural_network.py; found instead: 0.txt, 1.txt, 2.txt, 3.txt. "
                         "Hand in neural_network.py."),
    "many other names": ([f"{i}.py" for i in range(9)],
                         f"There is no neural_network.py; found instead: 0.py, 1.py, 2.py, 3.py. {LISTED}"),
    "text's name": (["neural_network.py.txt"],
                    f"There is no neural_network.py; found instead: neural_network.py.txt. {LISTED}"),
    "another language": (["network.java", "README"],
                         "There is no neural_network.py; found instead: README, network.java. "
                         "Hand in neural_network.py."),
    "a name with controls": (["\x1b[31mevil\u202e.py"],
                             f"There is no neural_network.py; found instead: \\x1b[31mevil\\u202e.py. {LISTED}"),
    "a name under a stack of marks": (["e" + "\u0301" * 60 + ".py"],
                                      "There is no neural_network.py; found instead: e\u0301\u0301.py. " + LISTED),
    "a long name": (["x" * 200 + ".py"], f"There is no neural_network.py; found instead: {'x' * 77}.py. {LISTED}"),
}  # fmt: skip


@pytest.mark.parametrize(("names", "said"), NAMES.values(), ids=list(NAMES))
def test_folder_without_exactly_one_candidate_is_refused(folder, names, said):
    """The sentence says what was found, and what to do about it."""
    assert refusal(folder(dict.fromkeys(names, PROGRAM))) == said


@pytest.mark.parametrize(("names", "said"), NAMES.values(), ids=list(NAMES))
def test_zip_without_exactly_one_candidate_is_refused(archive, names, said):
    """The sentence is the same as for a folder."""
    assert refusal(archive(dict.fromkeys(names, PROGRAM))) == said


def test_notebook_alone_is_refused(tmp_path):
    """The notebook is handed in as a file, not in a folder."""
    path = tmp_path / "hw6.ipynb"
    path.write_text('{"cells": []}')
    said = "There is no neural_network.py, but a notebook: hw6.ipynb. Hand in the Python file neural_network.py itself."
    assert refusal(path) == said


def test_thousands_of_files_are_refused(folder):
    """A whole virtual environment is not searched."""
    top = folder({})
    for i in range(submission.MAX_ENTRIES + 1):
        (top / str(i)).touch()
    assert refusal(top) == "More than 2000 files were handed in. Hand in the one file asked for."


def test_folder_is_not_listed_further_than_it_takes(folder, monkeypatch):
    """Otherwise, a million names in one folder, which unpacks in seconds, would all be stored and sorted before they
    are counted.
    """

    def listing(path):
        for number in range(2 * submission.MAX_ENTRIES):
            assert number <= submission.MAX_ENTRIES
            yield types.SimpleNamespace(name=str(number), path=f"{path}/{number}", is_dir=lambda **_: False)

    listed, scandir = folder({}), os.scandir
    # Only for this folder: the garbage collector may remove temporary folders of other tests meanwhile.
    monkeypatch.setattr(
        "os.scandir", lambda path: contextlib.nullcontext(listing(path)) if path == listed else scandir(path)
    )
    assert refusal(listed) == "More than 2000 files were handed in. Hand in the one file asked for."


def test_zip_of_thousands_of_files_is_refused(archive):
    """A zip of that many files is not searched, either."""
    names = map(str, range(submission.MAX_ENTRIES + 1))
    assert (
        refusal(archive(dict.fromkeys(names, b"")))
        == "The zip holds more than 2000 files. Hand in the one file asked for."
    )


@pytest.mark.parametrize("made", ["folder", "archive"])
def test_as_many_files_as_may_be_are_no_more(made, request, monkeypatch):
    """A submission with exactly that many files is accepted."""
    monkeypatch.setattr(submission, "MAX_ENTRIES", 3)
    assert read(request.getfixturevalue(made)({FILE: PROGRAM, "a.txt": b"", "b.txt": b""})).text == PROGRAM.decode()


def test_directory_of_a_zip_is_counted_before_it_is_read(archive):
    """For a million entries, zipfile would take more memory than there is, in the process that grades a class."""
    data = archive({"a" * 60: b""}).read_bytes()
    begin, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entries = 60_000
    ending = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, entries, entries, entries * (end - begin), begin, 0)
    path = archive({}, name="many.zip")
    path.write_bytes(data[:begin] + data[begin:end] * entries + ending)
    tracemalloc.start()
    try:
        said = refusal(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert said == "The zip holds more than 2000 files. Hand in the one file asked for."
    assert peak < 1 << 20


def test_name_as_long_as_a_book_is_not_compared_letter_by_letter(monkeypatch):
    """Sixty such names, for which a zip of 8 MB has room, would delay a class by ten seconds."""
    monkeypatch.setattr("difflib.SequenceMatcher.ratio", lambda _: pytest.fail("it takes a tenth of a second"))
    assert not submission._is_there(["snoisnetxe" * 6500 + ".py"], "extensions.py", [FILE, "extensions.py"])


def test_folders_within_folders_end_somewhere(folder):
    """A file that is deeper than anyone nests files is not searched for."""
    top = folder({"a/" * 30 + FILE: PROGRAM})
    assert refusal(top) == "There is no neural_network.py; found instead: a/a/a/a/a/a/a. Hand in neural_network.py."


# ------------------------------------------------------------------------------------- no regular file


@no_windows
@pytest.mark.parametrize(
    "target", ["../secret", "/etc/passwd", "nowhere", FILE], ids=["above", "system", "nowhere", "itself"]
)
def test_link_is_refused_and_not_followed(folder, tmp_path, target):
    """This holds whatever the link points to: a link into the grader's files would show them in a message."""
    (tmp_path / "secret").write_bytes(PROGRAM)
    top = folder({})
    (top / FILE).symlink_to(target)
    assert refusal(top) == "neural_network.py is a link to another file. Hand in the file itself."


@no_windows
def test_link_handed_in_by_itself_is_refused(tmp_path):
    """The sentence is the same without a folder around the link."""
    (tmp_path / "a.py").write_bytes(PROGRAM)
    (tmp_path / FILE).symlink_to("a.py")
    assert refusal(tmp_path / FILE) == "neural_network.py is a link to another file. Hand in the file itself."


@no_windows
def test_link_to_a_folder_is_not_followed(folder, tmp_path):
    """Links to folders are listed as what was found; a loop of links ends."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / FILE).write_bytes(PROGRAM)
    top = folder({})
    (top / "src").symlink_to(tmp_path / "elsewhere")
    (top / "loop").symlink_to(top)
    assert refusal(top) == "There is no neural_network.py; found instead: loop, src. Hand in neural_network.py."


@no_windows
def test_link_in_a_zip_is_refused(archive):
    """The attributes of a member in a zip say that it is a link."""
    link = zipfile.ZipInfo(FILE)
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert refusal(archive({link: b"/etc/passwd"})) == (
        "neural_network.py is a link to another file. Hand in the file itself."
    )


@no_windows
def test_pipe_is_refused_without_waiting(folder):
    """Nothing is at the other end of the FIFO; opening it the usual way would block forever."""
    top = folder({})
    os.mkfifo(top / FILE)
    assert refusal(top) == "neural_network.py is not a regular file. Hand in your program as a plain file."


@no_windows
@pytest.mark.parametrize("name", [FILE, "homework.zip"])
def test_pipe_handed_in_by_itself_is_refused_without_waiting(tmp_path, name):
    """The sentence is the same without a folder around the FIFO."""
    os.mkfifo(tmp_path / name)
    assert refusal(tmp_path / name) == f"{name} is not a regular file. Hand in your program as a plain file."


@pytest.mark.skipif(not os.path.exists("/proc/self/mem"), reason="a file that opens and cannot be read is Linux's")
def test_file_that_cannot_be_read_is_refused():
    """A failing disk or network drive raises an error when a file is read, not when it is opened; so does the first
    page of a process's memory.
    """
    assert refusal(Path("/proc/self/mem")) == "mem cannot be read (Input/output error). Hand it in again."


@no_windows
def test_socket_is_refused(tmp_path, monkeypatch):
    """A socket cannot be opened at all; the sentence gives the system's reason."""
    monkeypatch.chdir(tmp_path)  # the path of a socket is limited to about a hundred characters
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(FILE)
        said = refusal(tmp_path / FILE)
    assert said.startswith("neural_network.py cannot be opened (")
    assert said.endswith("). Hand it in again.")


@no_windows
def test_folder_called_like_the_file_is_refused(folder):
    """Some unzip programs make a folder neural_network.py/ with the program inside."""
    top = folder({f"{FILE}/inside.py": PROGRAM})
    assert refusal(top) == "neural_network.py is not a regular file. Hand in your program as a plain file."


def test_folder_whose_name_ends_in_py_is_searched(folder):
    """Only a folder with the exact name of the file is a mistake; my_project.py/ is a folder like any other."""
    assert read(folder({f"my_project.py/{FILE}": PROGRAM})).found_at == f"my_project.py/{FILE}"


@user_only
def test_file_without_permission_is_refused(folder):
    """A file that we may not read leads to a sentence, too."""
    top = folder({FILE: PROGRAM})
    (top / FILE).chmod(0)
    assert refusal(top) == "neural_network.py cannot be opened (Permission denied). Hand it in again."


@user_only
def test_folder_without_permission_is_refused_or_passed_over(folder):
    """A folder that we may not list does not end the grading with a traceback."""
    top = folder({FILE: PROGRAM, "locked/x.txt": b""})
    (top / "locked").chmod(0)
    try:
        try:
            said = read(top).text
        except Unreadable as error:
            said = str(error)
        assert said == PROGRAM.decode() or "locked" in said
    finally:
        (top / "locked").chmod(0o700)


# ------------------------------------------------------------------------------------- size


def test_fifty_megabytes_are_refused(tmp_path):
    """The size alone decides: nothing of the file is read."""
    path = tmp_path / FILE
    with path.open("wb") as opened:
        opened.truncate(50 << 20)
    tracemalloc.start()
    try:
        said = refusal(path)
        assert tracemalloc.get_traced_memory()[1] < MODEST_BYTES
    finally:
        tracemalloc.stop()
    assert said.startswith("neural_network.py has 50.0 MiB; ")
    assert said.endswith(" Hand in the program without data in it.")


def test_one_byte_too_many_is_refused(folder, archive):
    """A program of exactly the limit is read, to its last byte."""
    top = folder({FILE: b"#" * submission.MAX_BYTES})
    assert len(read(top).text) == submission.MAX_BYTES
    assert len(read(archive({FILE: b"#" * submission.MAX_BYTES})).text) == submission.MAX_BYTES
    (top / FILE).write_bytes(b"#" * (submission.MAX_BYTES + 1))
    assert refusal(top).startswith("neural_network.py has more than 1 MiB; ")


def test_fifty_megabytes_in_a_zip_are_refused(archive):
    """The size that the zip states decides, before anything is unpacked."""
    path = archive({FILE: bytes(50 << 20)}, compression=zipfile.ZIP_DEFLATED)
    tracemalloc.start()
    try:
        said = refusal(path)
        assert tracemalloc.get_traced_memory()[1] < MODEST_BYTES
    finally:
        tracemalloc.stop()
    assert said.startswith("neural_network.py has 50.0 MiB; ")


def claim(path, size):
    """Change the size that a zip of one member states for it."""
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.index(signature) + offset
        data[at : at + 4] = struct.pack("<I", size)
    path.write_bytes(data)


@pytest.mark.parametrize(
    "compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA], ids=["deflate", "bzip2", "lzma"]
)
def test_zip_that_claims_to_be_small_is_not_unpacked_beyond_its_claim(archive, compression):
    """A zip bomb states a harmless size; with any compression, reading it takes no more memory than a program needs."""
    path = archive({FILE: bytes(64 << 20)}, compression=compression)
    claim(path, 1000)
    tracemalloc.start()
    try:
        said = refusal(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert said.startswith("The zip handed in.zip cannot be read (")
    assert peak < MODEST_BYTES


def test_zip_that_claims_to_be_large_is_refused(archive):
    """The claimed size alone is enough."""
    path = archive({FILE: PROGRAM})
    claim(path, 0x7FFFFFFF)
    assert refusal(path).startswith("neural_network.py has 2048.0 MiB; ")


# ------------------------------------------------------------------------------------- zips that cannot be read

AGAIN = "Make it again, or hand in neural_network.py itself."


def test_text_called_zip_is_refused(tmp_path):
    """The file was only renamed."""
    path = tmp_path / "work.zip"
    path.write_bytes(PROGRAM)
    assert refusal(path) == f"The zip work.zip cannot be read (File is not a zip file). {AGAIN}"


def test_zip_cut_off_is_refused(archive):
    """The download stopped early."""
    path = archive({FILE: PROGRAM * 100})
    path.write_bytes(path.read_bytes()[:-30])
    assert refusal(path) == f"The zip handed in.zip cannot be read (File is not a zip file). {AGAIN}"


def test_zip_with_a_password_is_refused(archive):
    """Nobody could type the password."""
    path = archive({FILE: PROGRAM})
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    path.write_bytes(data)
    assert refusal(path) == f"The zip handed in.zip cannot be read (it is locked with a password). {AGAIN}"


@pytest.mark.parametrize(
    "compression",
    [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA],
    ids=["stored", "deflate", "bzip2", "lzma"],
)
def test_zip_with_damaged_content_is_refused(archive, compression):
    """Whatever the decompressor complains about, the sentence is the same."""
    path = archive({FILE: bytes(range(256)) * 8 + PROGRAM}, compression=compression)
    data = bytearray(path.read_bytes())
    start = data.index(FILE.encode()) + len(FILE)
    data[start + 12 : start + 40] = b"\xff" * 28
    path.write_bytes(data)
    said = refusal(path)
    assert said.startswith("The zip handed in.zip cannot be read (")
    assert said.endswith(AGAIN)


def test_zip_whose_error_quotes_a_whole_book_is_told_in_a_line(archive):
    """zipfile quotes the name of the bad member, which may have 65,535 characters and would be in each result."""
    path = archive({"\u00e9\u0301\u0301\u0301" * 8000 + "/" + FILE: PROGRAM})
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x03\x04") + 30
    data[at : at + 10] = b"some other"
    path.write_bytes(data)
    said = refusal(path)
    assert said.startswith("The zip handed in.zip cannot be read (File name in directory")
    assert len(said) < 300
    assert "\u0301" * 3 not in said


def test_zip_with_a_member_without_a_name_is_refused(tmp_path):
    """The zipfile module of some versions of Python fails on it."""
    nameless = zipfile.ZipInfo("x")
    nameless.filename = ""
    with zipfile.ZipFile(tmp_path / "work.zip", "w") as opened:
        opened.writestr(nameless, b"")
    assert refusal(tmp_path / "work.zip")


@settings(max_examples=120, deadline=None, derandomize=True, database=None)
@given(data=st.data())
def test_zip_with_any_damaged_bytes_is_read_or_refused(tmp_path_factory, data):
    """No exception but Unreadable is raised, wherever the damage is."""
    buffer = io.BytesIO()
    packed = data.draw(st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]))
    with zipfile.ZipFile(buffer, "w", packed) as opened:
        opened.writestr(f"work/{FILE}", PROGRAM * 3)
        opened.writestr("notes.txt", b"notes")
    damaged = bytearray(buffer.getvalue())
    for at in data.draw(st.lists(st.integers(0, len(damaged) - 1), min_size=1, max_size=6)):
        damaged[at] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("zip") / "work.zip"
    path.write_bytes(damaged)
    try:
        said = read(path).text.strip()
    except Unreadable as error:
        said = str(error)
    assert said


# ------------------------------------------------------------------------------------- text

UTF8 = "Save it as UTF-8 in your editor."
TEXTS = {
    "UTF-16": (
        "x = 1\n".encode("utf-16"),
        "neural_network.py is saved as UTF-16. Save it as UTF-8: in Notepad, Save as, Encoding.",
    ),
    "UTF-16, big end first": (
        codecs.BOM_UTF16_BE + "x = 1\n".encode("utf-16-be"),
        "neural_network.py is saved as UTF-16. Save it as UTF-8: in Notepad, Save as, Encoding.",
    ),
    "UTF-16 without a mark": (
        "x = 1\n".encode("utf-16-le"),
        "neural_network.py is not a text file. Hand in the Python file you edit.",
    ),
    "bytecode": (b"\xa7\r\r\n\0\0\0\0", "neural_network.py is not a text file. Hand in the Python file you edit."),
    "latin-1 undeclared": (b"# caf\xe9\nx = 1\n", f"neural_network.py is not saved as UTF-8. {UTF8}"),
    "UTF-8 cut off": (b"# caf\xc3", f"neural_network.py is not saved as UTF-8. {UTF8}"),
    "a surrogate": (b"# \xed\xa0\x80\n", f"neural_network.py is not saved as UTF-8. {UTF8}"),
    "unknown encoding": (b"# coding: klingon\nx = 1\n", f"neural_network.py is not saved as UTF-8. {UTF8}"),
    "mark against cookie": (
        codecs.BOM_UTF8 + b"# coding: latin-1\n",
        f"neural_network.py is not saved as UTF-8. {UTF8}",
    ),
    "encoding undefined": (b"# coding: undefined\nx = 1\n", f"neural_network.py is not saved as UTF-8. {UTF8}"),
    "encoding punycode": (b"# coding: punycode\nx = 1\n", f"neural_network.py is not saved as UTF-8. {UTF8}"),
    "encoding of quadratic cost": (b"# coding: punycode\nx = 1 -", f"neural_network.py is not saved as UTF-8. {UTF8}"),
    "the same in capitals": (b"# coding: PunyCode\nx = 1 -", f"neural_network.py is not saved as UTF-8. {UTF8}"),
    "another one in capitals": (b"# coding: IDNA\nx = 1", f"neural_network.py is not saved as UTF-8. {UTF8}"),
    "encoding rot13": (b"# coding: rot13\nk = 1\n", f"neural_network.py is not saved as UTF-8. {UTF8}"),
    "encoding zlib": (b"# coding: zlib\nx = 1\n", f"neural_network.py is not saved as UTF-8. {UTF8}"),
    "nothing": (b"", "neural_network.py is empty. Save your work in the editor and hand it in again."),
    "blank": (b" \r\n\t\n", "neural_network.py is empty. Save your work in the editor and hand it in again."),
    "a mark alone": (codecs.BOM_UTF8, "neural_network.py is empty. Save your work in the editor and hand it in again."),
    "a notebook": (
        b'{\n "cells": [],\n "metadata": {}}\n',
        "neural_network.py holds a notebook. Export it as a Python file: File, Save and Export as, Executable Script.",
    ),
}


@pytest.mark.parametrize(("data", "said"), TEXTS.values(), ids=list(TEXTS))
def test_file_that_is_no_python_text_is_refused(folder, data, said):
    """One sentence says what the file is, and how to fix it."""
    assert refusal(folder({FILE: data})) == said


@pytest.mark.parametrize(("data", "said"), TEXTS.values(), ids=list(TEXTS))
def test_zipped_file_that_is_no_python_text_is_refused(archive, data, said):
    """The sentence is the same as for a plain file."""
    assert refusal(archive({FILE: data})) == said


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"x = 1", "x = 1"),
        (codecs.BOM_UTF8 + b"x = 1\n", "x = 1\n"),
        (codecs.BOM_UTF8 + b"# coding: utf-8\nx = 1\n", "# coding: utf-8\nx = 1\n"),
        (b"x = 1\r\ny = 2\r\n", "x = 1\r\ny = 2\r\n"),
        ("θ = 'é☃😀'\n".encode(), "θ = 'é☃😀'\n"),
        (b"# -*- coding: latin-1 -*-\n# caf\xe9\n", "# -*- coding: latin-1 -*-\n# café\n"),
        (
            b"#!/usr/bin/python3\n# vim: set fileencoding=cp1252 :\n# \x80\n",
            "#!/usr/bin/python3\n# vim: set fileencoding=cp1252 :\n# €\n",
        ),
        (b'x = {"cells": 1}\n', 'x = {"cells": 1}\n'),
        (b"{1: 2}\n", "{1: 2}\n"),
        (b"def broken(:\n", "def broken(:\n"),
    ],
    ids=[
        "no line end",
        "mark",
        "mark and cookie",
        "CRLF",
        "UTF-8",
        "latin-1",
        "cp1252",
        "cells",
        "a dict",
        "wrong Python",
    ],
)
def test_python_text_is_read_as_python_reads_it(folder, data, text):
    """The text is UTF-8, with or without a byte order mark, or in the encoding that its first two lines declare, with
    any line ends; its syntax is not checked.
    """
    assert read(folder({FILE: data})) == Submission(FILE, FILE, text)


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(
    cookie=st.sampled_from(["", "# coding: latin-1\n", "# coding: utf-8\n", "# coding: ascii\n"]),
    data=st.binary(max_size=60),
)
def test_any_bytes_are_a_text_or_refused(cookie, data):
    """No exception but Unreadable is raised, and the text can be sent on."""
    try:
        text = submission._decode(cookie.encode() + data, FILE)
    except Unreadable as error:
        text = str(error).partition(FILE)[2]
    assert text.strip()
    assert text.encode("utf-8").decode("utf-8") == text


# ------------------------------------------------------------------------------------- what is found


@pytest.mark.parametrize("name", ["neural_network.py", "anything.py", "program.txt"])
def test_file_handed_in_by_itself_is_read_under_any_name(tmp_path, name):
    """A user who names a file on the command line means that file."""
    path = tmp_path / name
    path.write_bytes(PROGRAM)
    assert read(path) == Submission(FILE, name, PROGRAM.decode())


@pytest.mark.parametrize(
    "names",
    [
        [FILE],
        [f"homework 6 (final)/{FILE}"],
        [f"a/b/c/{FILE}", "a/readme.txt", "data.csv"],
        [FILE, f"__MACOSX/{FILE}", f"__MACOSX/._{FILE}", f"._{FILE}", ".DS_Store"],
        [f"work/{FILE}", f"work/.ipynb_checkpoints/{FILE}", f"work/venv/{FILE}", f".git/{FILE}"],
        [FILE, "Neural_Network.PY", "hw6.ipynb", "old.zip", "network.py"],
    ],
    ids=["at the top", "nested", "deep", "__MACOSX", "litter", "others beside it"],
)
def test_one_candidate_is_found_at_any_depth(folder, archive, names):
    """This holds in a folder and in a zip; files that systems and editors leave behind are skipped."""
    if os.name == "nt":
        names = [name for name in names if name != "Neural_Network.PY"]
    files = dict.fromkeys(names, PROGRAM)
    for found in (read(folder(files)), read(archive(files))):
        assert found == Submission(FILE, names[0], PROGRAM.decode())


def test_zip_with_backslashes_in_its_names_is_read(archive):
    """Old Windows programs write a backslash between folder and file; on other systems, that is one long name."""
    path = archive({"work/" + FILE: PROGRAM})
    path.write_bytes(path.read_bytes().replace(b"work/", b"work\\"))
    assert read(path).text == PROGRAM.decode()


def test_what_lies_about_in_a_zip_with_backslashes_is_left_out(archive):
    """An entry for a folder does not count as a file."""
    about = ["work\\", f"work\\.venv\\{FILE}", "__MACOSX\\x"]
    assert read(archive(dict.fromkeys([*about, f"work\\{FILE}"], PROGRAM))).text == PROGRAM.decode()
    assert refusal(archive(dict.fromkeys(about, b""))) == f"Nothing was handed in. Hand in {FILE}."


def test_zip_under_another_name_is_refused(archive):
    """A zip is recognized by its name."""
    said = refusal(archive({FILE: PROGRAM}, name="download"))
    assert said == "download is not a text file. Hand in the Python file you edit."


def test_zip_member_outside_of_the_zip_is_read_in_place(archive, tmp_path):
    """Names with .. are accepted, but never used as paths to unpack to."""
    assert read(archive({f"../../{FILE}": PROGRAM})).found_at == f"../../{FILE}"
    assert not (tmp_path.parent / FILE).exists()


def test_nothing_of_a_submission_is_run(folder, tmp_path):
    """The program is neither compiled nor imported: reading only returns the text."""
    text = f"open({str(tmp_path / 'ran')!r}, 'w').close()\n"
    assert read(folder({FILE: text.encode()})).text == text
    assert not (tmp_path / "ran").exists()
    assert "neural_network" not in sys.modules or not hasattr(sys.modules["neural_network"], "ran")


@pytest.mark.skipif(sys.platform != "linux", reason="what is open is looked for where Linux tells")
def test_no_file_stays_open(folder):
    """A class has more files than a process may have open."""
    top = folder({FILE: PROGRAM, "large.py": bytes(submission.MAX_BYTES + 1)})

    def still_open():
        for descriptor in Path("/proc/self/fd").iterdir():
            with contextlib.suppress(FileNotFoundError):  # other threads open and close descriptors
                if (file := descriptor.readlink()).parent == top:
                    yield file.name

    read(top / FILE)
    refusal(top / "large.py")
    assert list(still_open()) == []
    with open(top / FILE, encoding="utf-8"):
        assert list(still_open()) == [FILE]


# ------------------------------------------------------------------------------------- lines

LINES = Submission(
    FILE, FILE, "import numpy\r\n\r\nclass A:\r\n    def forward(self): pass\r\nbackprop = None\r\n  x = 1  \r\n"
)


@pytest.mark.parametrize(
    ("number", "line"),
    [(1, "import numpy"), (2, ""), (4, "def forward(self): pass"), (6, "x = 1"), (0, ""), (7, ""), (-1, "")],
)
def test_line_is_stripped_and_empty_where_there_is_none(number, line):
    """Lines count from 1, whatever ends them."""
    assert LINES.line(number) == line


@pytest.mark.parametrize("separator", ["\x0c", "\x0b", "\x1c", "\x85", "\u2028", "\u2029"])
def test_only_line_ends_of_python_count_as_lines(separator):
    """A form feed, or a U+2028 pasted from a web page, does not begin a new line in Python, nor in a message."""
    text = f"# a{separator}b\nx = 1\n"
    assert Submission(FILE, FILE, text).line(2) == "x = 1"
    assert compile(text.replace("x = 1", "x = 1/0"), FILE, "exec").co_name == "<module>"


def test_old_macintosh_line_ends_are_line_ends():
    """A carriage return alone ends a line, for Python and here."""
    old = Submission(FILE, FILE, "import numpy\rdef sigmoid(z):\r    return z\r")
    assert (old.line(2), old.line_of("sigmoid")) == ("def sigmoid(z):", 2)


@pytest.mark.parametrize(
    ("function", "line"), [("forward", 4), ("backprop", 5), ("sigmoid", 0), ("back", 0), ("A", 0), ("", 0)]
)
def test_line_of_a_function_is_where_it_is_defined_or_assigned(function, line):
    """The line is 0 if it is nowhere; the beginning of a name does not count as the name."""
    assert LINES.line_of(function) == line


def test_last_of_several_definitions_is_the_one_that_counts():
    """Python uses the last one; an indented definition, in a class for instance, is something else."""
    twice = "def f(z):\n    return z\n\nclass A:\n    def f(z):\n        pass\n\ndef f(z):\n    pass\n\nf = g(f)\n"
    program = Submission(FILE, FILE, twice)
    assert (program.definitions_of("f"), program.line_of("f")) == ([1, 8], 8)
    assert (program.definitions_of("A"), program.line_of("A")) == ([], 0)


@pytest.mark.parametrize("quotes", ['"""', "'''"])
def test_definition_that_was_put_aside_is_none(quotes):
    """Students keep older versions between triple quotes; quotes that do not open a string hide nothing."""
    kept = f"def f(z):\n    {quotes}Not def f(z).{quotes}\n# or {quotes}?\n"
    aside = f"{quotes}\ndef f(z):\n    pass\nf = g\n{quotes}\n"
    marks = f"x = {quotes!r}\n"
    for text, lines in ((aside + kept, [6]), (kept + aside, [1]), (aside, []), (marks + kept, [2])):
        program = Submission(FILE, FILE, text)
        assert (program.definitions_of("f"), program.line_of("f")) == (lines, sum(lines))


def test_bzip2_bomb_of_a_few_hundred_bytes_is_what_it_claims():
    """The bomb above is such a file: the packed size is no bound for the unpacked size."""
    assert len(bz2.compress(bytes(64 << 20))) < 1000


@pytest.mark.parametrize(
    ("function", "most", "expected"),
    [("f", 64, range(2, 9)), ("f", 3, range(2, 5)), ("g", 64, range(9, 11)), ("h", 64, range(0))],
)
def test_lines_of_a_function_end_where_the_next_statement_begins(monkeypatch, function, most, expected):
    """They may end sooner: with hidden data, a message gives only the number of such a line, which must not be one of
    thousands.
    """
    monkeypatch.setattr("autograder.submission.MAX_LINES_OF_A_FUNCTION", most)
    text = "import math\ndef f(\n    z\n):\n    y = z\n\n# half way\n\treturn y\ng = (\n)\nprint(f)\n    f(1)"
    assert Submission("x.py", "x.py", text).lines_of(function) == expected


def test_file_may_end_without_a_line_end():
    """The last line counts, too, and there is no line before the first."""
    short = Submission("x.py", "x.py", "def f(z):\n    return z")
    assert short.lines_of("f") == range(1, 3)
    assert (short.line(0), short.line(2), short.line(3)) == ("", "return z", "")
