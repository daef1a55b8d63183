"""autograder/box/shared.py: the grader's side sees what a worker does to arguments."""

import mmap
import os
import sys

import numpy as np
import pytest

from autograder.box import shared

resource = pytest.importorskip("resource", reason="Windows has none")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has memory without a name")


@pytest.fixture
def both():
    """The grader's side, and the memory as a worker sees it."""
    descriptor = shared.create()
    yield shared.Arguments(descriptor), mmap.mmap(descriptor, shared.SIZE)
    os.close(descriptor)


def test_arguments_arrive_as_they_are(both):
    """Arguments may have any shape and any values."""
    ours, memory = both
    arrays = [np.arange(6.0).reshape(2, 3), np.array(2.5), np.zeros((0, 4)), np.array([np.nan, -0.0, np.inf])]
    for array, place in zip(arrays, ours.lay_out(arrays)):
        arrived = shared.at(memory, *place)
        assert arrived.shape == array.shape
        assert arrived.tobytes() == array.tobytes()
        assert arrived.flags.writeable
    assert ours.changed() == {}


def test_change_is_seen_with_its_position_and_content(both):
    """The grader sees it whatever the worker reports."""
    ours, memory = both
    places = ours.lay_out([np.array([1.0, np.nan]), np.array([1.0, 2.0])])
    shared.at(memory, *places[1])[0] = 7
    assert {i: array.tolist() for i, array in ours.changed().items()} == {1: [7, 2]}


def test_what_an_earlier_call_was_given_stays(both):
    """A program may keep earlier arguments; only those of the last call are checked."""
    ours, memory = both
    first = shared.at(memory, *ours.lay_out([np.ones(3)])[0])
    ours.lay_out([np.zeros(3)])
    assert first.tolist() == [1, 1, 1]
    first[:] = 5
    assert ours.changed() == {}


def test_more_than_there_is_room_for_is_not_laid_out(both):
    """Such arguments go over the wire instead."""
    ours, _ = both
    assert ours.lay_out([np.zeros(shared.SIZE // 8)]) is not None
    assert ours.lay_out([np.zeros(1)]) is None


def test_nobody_can_shorten_it():
    """Otherwise, the grader would be killed for reading beyond the end."""
    descriptor = shared.create()
    for size in (0, 2 * shared.SIZE):
        with pytest.raises(PermissionError):
            os.ftruncate(descriptor, size)
    os.close(descriptor)


def test_none_where_files_are_kept_short():
    """After `ulimit -f`, for example, arguments go over the wire, and no descriptor stays open."""
    before, open_before = resource.getrlimit(resource.RLIMIT_FSIZE), os.listdir("/proc/self/fd")
    resource.setrlimit(resource.RLIMIT_FSIZE, (shared.SIZE - 1, before[1]))
    try:
        assert shared.create() is None
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert os.listdir("/proc/self/fd") == open_before
