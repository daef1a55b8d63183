"""The few bytes that the grader and the zygote say to each other."""

import struct

START, LAST, END, REAP = b"S", b"L", b"E", b"R"
# What is asked of the zygote, and the pid of the worker that is meant; 0 for START and LAST.
ASKED = struct.Struct("<ci")
# How long REAP waits for a worker that seems to be dying.
REAP_S = 0.5
# The answer to START or LAST, with descriptors: the pid of a new worker.
STARTED = struct.Struct("<i")
# The answer to REAP: wait status, and how it ended, one of the four below.
ENDED = struct.Struct("<iB")
BY_ITSELF, KILLED, OVERFULL, LARGE = range(4)

# What is said to a template, a process that is forked for each submission: what to do, size of the settings that
# follow, pid, and how long to wait for it.
REQUEST = struct.Struct("<cIid")
MAX_DESCRIPTORS = 4
# pid of the child
FORKED = struct.Struct("<i")
CHILD_ENDED = b"e"
