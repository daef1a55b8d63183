"""What instructors make from the files written by hand: `.venv`, the golden values, the starter, the two archives.

`maintain` runs the commands; `starter` stands on `regions`, `examples`, `wheel` and `leaks`; `bootstrap` comes before
everything. None of it is in the bundle, and none of it is loaded while something is graded.
"""
