"""The few bytes that the grader and the zygote say to each other."""

import struct

START, END, REAP = b"S", b"E", b"R"
# How long REAP waits for a worker that seems to be dying.
REAP_S = 0.5
# pid of a new worker, or 0
STARTED = struct.Struct("<i")
# wait status, and who ended it: one of the three below
ENDED = struct.Struct("<iB")
BY_ITSELF, KILLED, OVERFULL = range(3)
