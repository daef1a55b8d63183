"""The binary messages between the grader and the zygote, and between the grader and a template."""

import struct

START, LAST, END, REAP = b"S", b"L", b"E", b"R"
# A request to the zygote: the command, and the worker's pid (0 for START and LAST).
ASKED = struct.Struct("<ci")
# How long REAP waits for a worker that seems to be dying.
REAP_S = 0.5
# The answer to START or LAST: the pid of a new worker, or of a template's new child.
STARTED = struct.Struct("<i")
# The answer to REAP: the worker's wait status, and how it ended, one of the four below.
ENDED = struct.Struct("<iB")
BY_ITSELF, KILLED, OVERFULL, LARGE = range(4)

# A request to a template, a process that is forked for each submission: the command, the size of the settings that
# follow, a child's pid, and how many seconds to wait for that child to end.
REQUEST = struct.Struct("<cIid")
MAX_DESCRIPTORS = 4
CHILD_ENDED = b"e"
