"""Commands that generate files from those written by hand: `.venv`, golden values, the starter, the two archives.

`maintain` runs the commands; `starter` uses `regions`, `examples`, `wheel`, `leaks`, and `weights`; `bootstrap` runs
before everything else. Nothing here is in the bundle, and nothing here is loaded during grading.
"""
