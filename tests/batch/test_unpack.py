"""autograder/batch/unpack.py: a zip can claim anything; a bad submission gets a message, and all others get a grade."""

import io
import os
import stat
import struct
import zipfile

import pytest

from autograder.batch import sources, unpack
from autograder.batch.names import safe_names

from .conftest import FILE, PROGRAM

GOOD = {"zoe/neural_network.py": PROGRAM}
MEBIBYTE = 1 << 20


def member(name, **settings):
    """Return a member with exactly this name, which no honest program would write."""
    info = zipfile.ZipInfo("x")
    info.filename = name
    for key, value in settings.items():
        setattr(info, key, value)
    return info


def flip(path, name, offset, value):
    """Change two bytes at `offset` in the central directory's entry for `name`."""
    data = bytearray(path.read_bytes())
    at = data.rindex(name.encode())  # the central directory comes last
    struct.pack_into("<H", data, at - 46 + offset, value)
    path.write_bytes(data)
    return path


def files(taken):
    """Return the unpacked files: name -> size."""
    top = taken.folder.unpacked
    return {path.relative_to(top).as_posix(): path.stat().st_size for path in top.rglob("*") if path.is_file()}


# ------------------------------------------------------------------------------------- names that lead elsewhere


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("ada/../../evil.py", "ada/../../evil.py leads out of its folder; it was ignored."),
        ("ada/../zoe/neural_network.py", "ada/../zoe/neural_network.py leads out of its folder; it was ignored."),
        ("ada\\..\\..\\evil.py", "ada/../../evil.py leads out of its folder; it was ignored."),
        (
            "ada/" + "d/" * 20 + "x.py",
            "ada/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/x.py is more than 16 folders deep; it was ignored.",
        ),
        ("ada/neural_network.py/x.py", "ada/neural_network.py/x.py would be inside a file; it was ignored."),
    ],
)
def test_name_in_a_submission_that_leads_elsewhere(take, archive, tmp_path, name, note):
    """The submission in which the name begins gets the note, and keeps its other files."""
    before = {*tmp_path.iterdir(), tmp_path / "class.zip", tmp_path / "out"}
    taken = take(archive([("ada/neural_network.py", PROGRAM), (member(name), b"evil"), *GOOD.items()]))
    assert taken.ids == ["ada", "zoe"]
    assert taken.by_id["ada"].notes == (note,)
    assert taken.by_id["zoe"].notes == ()
    assert taken.text("ada") == taken.text("zoe") == PROGRAM.decode()
    assert set(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("/etc/evil.py", "/etc/evil.py is an absolute path; it was ignored."),
        ("\\\\server\\share\\evil.py", "//server/share/evil.py is an absolute path; it was ignored."),
        ("C:\\evil.py", "C:/evil.py is an absolute path; it was ignored."),
        ("c:evil.py", "c:evil.py is an absolute path; it was ignored."),
        ("../evil.py", "../evil.py leads out of its folder; it was ignored."),
    ],
)
def test_name_at_the_top_that_leads_elsewhere(take, archive, name, note):
    """It belongs to no submission, so the message goes to whoever grades."""
    taken = take(archive([(member(name), b"evil"), *GOOD.items(), ("yan.py", PROGRAM)]))
    assert taken.ids == ["yan", "zoe"]
    assert taken.summary.sentences == (note,)


def test_backslashes_are_folders(take, archive):
    """Old Windows programs write them."""
    taken = take(archive([(member("ada\\my work\\week 6\\neural_network.py"), PROGRAM), *GOOD.items()]))
    assert taken.text("ada") == PROGRAM.decode()
    assert "ada/my work/week 6/neural_network.py" in files(taken)


def test_dots_and_doubled_slashes_are_no_folders(take, archive):
    """Some programs write the current folder this way. A name that consists only of dots is not a file."""
    names = ["./ada/neural_network.py", "yan//neural_network.py"]
    taken = take(archive([*((member(name), PROGRAM) for name in names), (member("."), b""), *GOOD.items()]))
    assert taken.ids == ["ada", "yan", "zoe"]
    assert sorted(files(taken)) == [f"{name}/{FILE}" for name in taken.ids]


@pytest.mark.parametrize("many", [3, 4])
def test_more_files_than_are_searched(take, archive, monkeypatch, many):
    """A submission with exactly that many files is graded. Beyond it, nothing is unpacked, and a message says why."""
    monkeypatch.setattr(unpack, "MAX_ENTRIES", 3)
    names = ["ada/neural_network.py", "ada/../x.py", *(f"ada/{number}.txt" for number in range(many - 1))]
    ada = take(archive([*((member(name), PROGRAM) for name in names), *GOOD.items()])).by_id["ada"]
    assert (ada.problem == "") == (many == 3)
    assert many == 3 or ada.problem == "More than 2000 files were handed in. Hand in the one file asked for."
    assert ada.notes == ("ada/../x.py leads out of its folder; it was ignored.",)


def test_names_that_not_every_disk_can_hold(take, archive):
    """They are changed, so that the folder can be unpacked anywhere, but never to the name of the file to grade."""
    names = ["con.txt", "what?.py", "neural_network.py.", "a\x1bb.py", "Sub/x.py", "sub/x.py"]
    taken = take(archive([*((member(f"ada/{name}"), b"") for name in names), *GOOD.items()]))
    assert sorted(files(taken)) == [
        "ada/-con.txt",
        "ada/Sub/x.py",
        "ada/a-b.py",
        "ada/neural_network.py-",
        "ada/sub-2/x.py",
        "ada/what-.py",
        "zoe/neural_network.py",
    ]
    assert taken.by_id["ada"].notes == (
        "a\\x1bb.py was renamed to a-b.py.",
        "con.txt was renamed to -con.txt.",
        "neural_network.py. was renamed to neural_network.py-.",
        "sub was renamed to sub-2.",
        "what?.py was renamed to what-.py.",
    )
    assert taken.text("ada").startswith("There is no neural_network.py; found instead: ")


def test_many_notes_are_cut(take, archive):
    """One submission cannot fill the manifest."""
    taken = take(archive([*((member(f"ada/../{number}"), b"") for number in range(3000)), *GOOD.items()]))
    assert taken.by_id["ada"].notes[-1] == "And 2996 more like these."
    assert len(taken.by_id["ada"].notes) == 5


def test_names_that_differ_in_case_only(take, archive):
    """On a disk that ignores case, the other file must not replace the file to grade."""
    taken = take(archive({"ada/Neural_Network.py": b"wrong", "ada/neural_network.py": PROGRAM, **GOOD}))
    assert taken.text("ada") == PROGRAM.decode()
    assert taken.by_id["ada"].notes == ("Neural_Network.py was renamed to Neural_Network-2.py.",)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_same_name_twice(take, archive):
    """The later one counts, as in all programs that unpack zips."""
    taken = take(archive([("ada/neural_network.py", b"old"), ("ada/neural_network.py", PROGRAM), *GOOD.items()]))
    assert taken.text("ada") == PROGRAM.decode()
    assert taken.by_id["ada"].notes == ("ada/neural_network.py is in the zip twice; the later one counts.",)


def test_folder_and_file_of_one_name(take, archive):
    """No disk can hold both."""
    taken = take(archive({"ada/x/neural_network.py": PROGRAM, "ada/x": b"", **GOOD}))
    assert taken.text("ada") == PROGRAM.decode()
    assert taken.by_id["ada"].notes == ("ada/x is both a file and a folder; the file was ignored.",)


@pytest.mark.parametrize("form", ["Zo\u00eb", "Zoe\u0308"])
@pytest.mark.parametrize("flag", [True, False])
def test_names_in_utf8_said_to_be_or_not(take, archive, form, flag):
    """macOS does not set the UTF-8 flag, and decomposes letters. It is the same student."""
    path = archive({f"{form}/neural_network.py": PROGRAM, **GOOD})
    if not flag:
        data = path.read_bytes()
        for begin, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            at = data.index(begin)
            data = data[: at + offset] + b"\0\0" + data[at + offset + 2 :]
        path.write_bytes(data)
    taken = take(path)
    assert taken.ids == ["zoe", "Zoe-c6a12698"]
    assert taken.text("Zoe-c6a12698") == PROGRAM.decode()


def test_names_in_an_old_encoding(take, archive):
    """Windows writes them. They are decoded as cp437, the encoding of the first PC, and remain distinct."""
    path = archive({"Zo_/neural_network.py": PROGRAM, **GOOD})
    path.write_bytes(path.read_bytes().replace(b"Zo_", b"Zo\x89"))
    assert take(path).ids == ["zoe", "Zoe-c6a12698"]


# ------------------------------------------------------------------------------------- files that cannot be unpacked


def test_link(take, archive):
    """It never becomes a link on the disk."""
    link = member("ada/neural_network.py", external_attr=(stat.S_IFLNK | 0o777) << 16, create_system=3)
    other = member("ada/other", external_attr=(stat.S_IFLNK | 0o777) << 16, create_system=3)
    top = member("yan", external_attr=(stat.S_IFLNK | 0o777) << 16, create_system=3)
    taken = take(archive([(link, b"/etc/passwd"), (other, b"/etc"), (top, b"/etc"), *GOOD.items()]))
    assert taken.text("ada") == "neural_network.py is a link to another file. Hand in the file itself."
    assert taken.text("yan") == "yan is a link to another file. Hand in the file itself."
    assert files(taken) == {"zoe/neural_network.py": len(PROGRAM)}


def unreadable(why):
    """Return what a student reads: the zip of the class is not the student's."""
    return (
        f"neural_network.py cannot be unpacked from the zip of the class ({why}). That is not your fault; your "
        "instructor has to look into it."
    )


def test_password(take, archive):
    """Nobody knows the password. The instructor is told, who has made the zip or downloaded it."""
    path = flip(archive({"ada/neural_network.py": PROGRAM, **GOOD}), "ada/neural_network.py", 8, 1)
    taken = take(path)
    assert taken.text("ada") == unreadable("it is locked with a password")
    assert taken.text("zoe") == PROGRAM.decode()
    assert taken.summary.sentences == (
        "1 file in class.zip cannot be unpacked, through no fault of a student: ada/neural_network.py (it is locked "
        "with a password). The points for them are missing. Download the zip again, or unpack it yourself and give "
        "the folder.",
    )


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_packing(take, archive, compression):
    """These decompressors ignore the limit on the output size."""
    taken = take(archive({"ada/neural_network.py": PROGRAM}, compression=compression))
    assert taken.only.problem == unreadable("it is packed in an unusual way")


def test_damaged_file(take, archive):
    """The checksum reveals it."""
    path = archive({"ada/neural_network.py": PROGRAM, **GOOD}, compression=zipfile.ZIP_STORED)
    data = path.read_bytes()
    path.write_bytes(data.replace(b"return 1", b"return 2", 1))
    taken = take(path)
    assert taken.text("ada") == unreadable("Bad CRC-32 for file 'ada/neural_network.py'")
    assert taken.text("zoe") == PROGRAM.decode()


def test_directory_and_file_disagree_on_the_name(take, archive):
    """zipfile notices it when it opens the file."""
    path = archive({"ada/neural_network.py": PROGRAM, **GOOD})
    path.write_bytes(path.read_bytes().replace(b"ada/neural", b"bob/neural", 1))
    assert take(path).by_id["ada"].problem == unreadable(
        "File name in directory 'ada/neural_network.py' and header b'bob/neural_network.py' differ."
    )


def test_reason_is_no_longer_than_a_sentence(take, archive):
    """zipfile's messages quote names, which may have 65,535 letters."""
    long = "d" * 20_000
    path = archive({f"ada/{long}/neural_network.py": PROGRAM, **GOOD})
    path.write_bytes(path.read_bytes().replace(b"ada/dd", b"bob/dd", 1))
    assert len(take(path).by_id["ada"].problem) < 350


def test_names_in_notes_neither_stack_nor_turn_round(take, archive):
    """They are shown on terminals and in tables, so stacked accents and changes of direction are limited or escaped."""
    name = "x" + "\u0301" * 30 + "\u202e?.py"
    notes = " ".join(take(archive({f"ada/{name}": b"", f"ada/{FILE}": PROGRAM, **GOOD})).by_id["ada"].notes)
    assert notes == "x\u0301\u0301\\u202e?.py was renamed to x\u0301\u0301\\u202e-.py."


def test_overlapping_files(take, tmp_path):
    """A small zip becomes large if the same bytes are unpacked under many names."""
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w") as opened:
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w") as second:
            second.writestr("ben/neural_network.py", PROGRAM)
        opened.writestr("ada/neural_network.py", inner.getvalue())
        (outer,) = opened.filelist
        (hidden,) = second.filelist
        hidden.header_offset = 30 + len("ada/neural_network.py")
        opened.filelist.append(hidden)
        opened.NameToInfo[hidden.filename] = hidden
    taken = take(path)
    assert taken.by_id["ada"].problem == (
        "neural_network.py shares its bytes with another file in the zip. Hand it in again, unpacked."
    )
    assert outer.filename == "ada/neural_network.py"


# ------------------------------------------------------------------------------------- too many files, or too large


def test_only_the_file_to_grade_is_unpacked(take, archive):
    """Other files keep their names, which messages mention, but are empty. Files that operating systems leave are
    dropped.
    """
    taken = take(
        archive(
            {
                "ada/neural_network.py": PROGRAM,
                "ada/data.csv": b"0" * (5 * MEBIBYTE),
                "ada/helper.py": b"x = 1",
                "ada/.DS_Store": b"x",
                "ada/._neural_network.py": b"x",
                "ada/__pycache__/x.pyc": b"x",
                "__MACOSX/ada/._neural_network.py": b"x",
                "ben/work.py": b"x = 1",
                "ben/work.ipynb": b"{}",
                "ben/empty/": b"",
            }
        )
    )
    assert files(taken) == {
        "ada/neural_network.py": len(PROGRAM),
        "ada/data.csv": 0,
        "ada/helper.py": 0,
        "ben/work.py": 0,
        "ben/work.ipynb": 0,
    }
    assert taken.text("ada") == PROGRAM.decode()
    assert taken.text("ben") == (
        "There is no neural_network.py, but a notebook: work.ipynb. Hand in the Python file neural_network.py itself."
    )


def test_two_files_to_grade(take, archive):
    """The grader refuses both by name, so neither is unpacked."""
    big = b"0" * MEBIBYTE
    taken = take(archive({"ada/neural_network.py": big, "ada/old/neural_network.py": big, **GOOD}))
    assert taken.text("ada") == (
        "2 files are called neural_network.py: neural_network.py, old/neural_network.py. "
        "Hand in only the one to be graded."
    )
    assert sum(files(taken).values()) == len(PROGRAM)


def test_program_that_is_too_large(take, archive):
    """Only one byte more than the grader accepts is unpacked, which is enough for its error message."""
    taken = take(archive({"ada/neural_network.py": b"#" * (50 * MEBIBYTE), **GOOD}))
    assert taken.text("ada") == (
        "neural_network.py has more than 1 MiB; a program for this assignment has a few KiB. "
        "Hand in the program without data in it."
    )
    assert files(taken)["ada/neural_network.py"] == MEBIBYTE + 1


@pytest.mark.skipif(not hasattr(os, "pathconf"), reason="the length is asked as Unix tells it")
def test_path_that_this_system_cannot_hold_stops_nobody(take, archive, tmp_path):
    """Each name is short enough, and so is the number of folders, but not the path as a whole."""
    room = os.pathconf(tmp_path, "PC_PATH_MAX") - 1000 - len(str(tmp_path))
    into = tmp_path.joinpath(*["o" * 200] * (room // 201))
    into.mkdir(parents=True, exist_ok=True)
    deep = "/".join(["ada", *["d" * 100] * 13, "x"])
    taken = take(archive({"ada/neural_network.py": PROGRAM, deep: b"", **GOOD}), into)
    assert taken.text("ada") == (
        "The names of the files cannot be unpacked (File name too long). Hand in the one file asked for."
    )
    assert taken.text("zoe") == PROGRAM.decode()


def test_size_that_is_a_lie(take, archive):
    """No more bytes are read than the directory claims, so the checksum fails."""
    path = archive({"ada/neural_network.py": b"#" * (5 * MEBIBYTE), **GOOD})
    flip(path, "ada/neural_network.py", 24, 100)
    flip(path, "ada/neural_network.py", 26, 0)
    assert "(Bad CRC-32 for file 'ada/neural_network.py')" in take(path).text("ada")


def test_too_many_files(take, archive):
    """Only their names are needed to refuse them, and none is created."""
    taken = take(archive({**{f"ada/{number}": b"" for number in range(2001)}, **GOOD}))
    assert taken.text("ada") == "More than 2000 files were handed in. Hand in the one file asked for."
    assert len(files(taken)) == 1


def test_more_names_than_are_searched_are_not_told_apart(take, archive, monkeypatch):
    """Making 131,072 spellings of one name in upper and lower case unique took more than an hour."""

    def few_names(names, first):
        assert len(names) <= unpack.MAX_ENTRIES
        return safe_names(names, first)

    monkeypatch.setattr(unpack, "safe_names", few_names)
    taken = take(archive({**{f"ada/deep/{number}/": b"" for number in range(2001)}, **GOOD}))
    assert taken.text("ada") == "More than 2000 files were handed in. Hand in the one file asked for."
    assert taken.text("zoe") == PROGRAM.decode()


def test_zip_of_a_student_that_is_too_large(take, archive, monkeypatch):
    """It is copied as it is, up to a limit."""
    monkeypatch.setattr(sources, "MAX_ZIP_BYTES", MEBIBYTE)
    taken = take(archive({"ada.zip": b"0" * (MEBIBYTE + 1), **GOOD, "yan.py": PROGRAM}))
    assert taken.text("ada") == "ada.zip is larger than 1 MiB. Hand in the program without data."


def test_zip_of_a_student_comes_out_whole(take, archive):
    """It may be larger than a program."""
    inner = archive({FILE: PROGRAM, "data.csv": b"0" * (2 * MEBIBYTE)}, "inner.zip", zipfile.ZIP_STORED).read_bytes()
    assert take(archive({"ada.zip": inner, "ben.py": PROGRAM})).text("ada") == PROGRAM.decode()


def test_programs_need_no_room(take, archive, monkeypatch):
    """Files with the compression ratio of a program do not count toward the limit."""
    monkeypatch.setattr(unpack, "FREE_BYTES", 0)
    taken = take(archive({f"s{number}/neural_network.py": PROGRAM * 10 for number in range(3)}))
    assert [taken.text(one) for one in taken.ids] == [PROGRAM.decode() * 10] * 3


def test_class_that_is_too_large(take, archive, monkeypatch):
    """A bomb made of many submissions: those beyond the limit get a message, and honest ones are not affected."""
    monkeypatch.setattr(unpack, "FREE_BYTES", 15_000)
    bombs = {f"s{number}/neural_network.py": b"#" * 10_000 for number in (1, 2, 3)}
    taken = take(archive({**bombs, "s4.zip": b"0" * 10_000, "s5.py": PROGRAM, **GOOD}))
    assert [taken.text(one) for one in taken.ids] == [
        "#" * 10_000,
        "neural_network.py is far larger unpacked than packed. Hand it in unpacked.",
        "neural_network.py is far larger unpacked than packed. Hand it in unpacked.",
        "s4.zip is far larger unpacked than packed. Hand it in unpacked.",
        PROGRAM.decode(),
        PROGRAM.decode(),
    ]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_files_are_plain(take, archive):
    """They are neither executable nor setuid, whatever mode the zip gives."""
    wild = member("ada/neural_network.py", external_attr=(stat.S_IFREG | 0o6777) << 16, create_system=3)
    taken = take(archive([(wild, PROGRAM)]))
    mode = (taken.folder.unpacked / "ada" / FILE).stat().st_mode
    assert stat.S_ISREG(mode)
    assert not mode & 0o7111
