"""tests/batch/make_export.py: a made-up export is taken in like a real one, and is the same each time."""

from ..bank import BANK, read_all
from . import make_export


def contents(folder):
    """Return every file under `folder`: name -> bytes."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_same_arguments_same_bytes(tmp_path):
    """Another seed gives another class."""
    one, same, other = (make_export.make(tmp_path / name, 40, seed) for name, seed in (("a", 1), ("b", 1), ("c", 2)))
    assert contents(one) == contents(same)
    assert contents(one) != contents(other)
    zips = [make_export.as_zip(export).read_bytes() for export in (one, same)]
    assert zips[0] == zips[1]


def test_all_that_a_class_has_is_in_it(take, tmp_path):
    """It has groups, entries that name nobody, missing folders, unlisted folders, stored grades, non-ASCII names, and
    identical programs.
    """
    export = make_export.make(tmp_path, 300)
    taken = take(export)
    assert taken.summary.kind == "a Gradescope export"
    assert taken.summary.submissions == 300
    assert taken.summary.sentences == ()
    assert {len(entry.people) for entry in taken.entries} == {0, 1, 2, 3}
    notes = {note for entry in taken.entries for note in entry.notes}
    assert notes == {
        "submission_metadata.yml does not list it, so its student is unknown.",
        "submission_metadata.yml does not say whose it is.",
        "submission_metadata.yml lists it, but it is not in the export. Download the export again.",
        "Gradescope did not finish grading it (status: unprocessed), so there is no earlier grade to compare with.",
    }
    assert {entry.problem for entry in taken.entries} == {"", "Nothing was handed in. Hand in neural_network.py."}
    assert 100 < sum(bool(entry.stored and entry.stored.cases) for entry in taken.entries) < 200
    assert any(person.sid.startswith("0") for entry in taken.entries for person in entry.people)
    assert not all(person.name.isascii() for entry in taken.entries for person in entry.people)
    texts = [taken.text(entry.id) for entry in taken.entries]
    assert len(set(texts)) < len(texts)
    tried = [
        one for entry in taken.entries if not entry.problem for one in taken.texts(entry.id)[1:] if one is not None
    ]
    assert 30 < len(tried) < 60
    assert len(set(tried)) == len(make_export.EXTRA)


def test_class_is_the_same_one_without_extra_credit(tmp_path):
    """All other files are the same."""
    some, none = (contents(make_export.make(tmp_path / f"{share}", 40, extra=share)) for share in (0.5, 0))
    assert 10 < len(set(some) - set(none)) < 30
    assert {name: some[name] for name in none} == none


def test_zip_and_folder_are_the_same_class(take, tmp_path):
    """Only the paths of the submissions differ."""
    export = make_export.make(tmp_path, 60)
    loose = take(export, "loose")
    packed = take(make_export.as_zip(export), "packed")
    for one, other in zip(loose.entries, packed.entries):
        assert (one.id, one.people, one.stored) == (other.id, other.people, other.stored)
    assert [entry.notes for entry in loose.entries] == [entry.notes for entry in packed.entries]


def test_every_program_of_the_bank_reads_the_same_from_a_zip(take, tmp_path):
    """Empty placeholders for other files change no message, and unpacking changes no program."""
    programs = list(read_all(BANK).values())
    export = make_export.make(tmp_path, len(programs), always=programs)
    loose = take(export, "loose")
    texts = {identifier: loose.texts(identifier) for identifier in loose.ids}
    packed = take(make_export.as_zip(export), "packed")
    assert {identifier: packed.texts(identifier) for identifier in packed.ids} == texts
    assert any(first.startswith("There is no neural_network.py") for first, *_ in texts.values())


def test_share_of_plain_loops(tmp_path):
    """A quarter of the programs are slow, for benchmarks."""
    export = make_export.make(tmp_path, 200, loops=0.25, odd=0)
    loops = (BANK / "loops_in_plain_python" / "neural_network.py").read_bytes()
    assert 30 < sum(data == loops for data in contents(export).values()) < 75
