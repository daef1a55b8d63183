"""A class at a time: who handed in what, graded side by side, and what came of it.

Three stages, each a process's work, with files between them, so that any of them can be stopped and done again:

    intake    PATH, whatever it is                 -> run/manifest.jsonl: one Entry a submission
    grading   manifest, on shared stations         -> results/ID.json, and a line of run/journal.jsonl each
    report    manifest, journal, results           -> grades.csv, canvas.csv, report.html
"""
