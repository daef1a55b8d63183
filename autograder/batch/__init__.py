"""Grade a class: list the submissions, grade them in parallel, and report the results.

There are three stages, each in its own process. They share only files, so any stage can be stopped and repeated:

    intake    PATH, whatever it is                 -> run/manifest.jsonl: one Entry per submission
    grading   manifest, on shared stations         -> results/ID.json and a line of run/journal.jsonl per submission
    report    manifest, journal, results           -> grades.csv, canvas.csv, report.html
"""
