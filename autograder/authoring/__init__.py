"""Commands that generate files from those written by hand: `.venv`, golden values, the starter, the two archives.

`maintain` runs the commands: `trial`, with `entries`, runs the cases as their author; `starter` uses `regions`,
`examples`, `wheel`, `leaks`, and `weights`; `bundle` packs and tests both archives. `bootstrap` runs before everything
else. Nothing here is in the bundle, and nothing here is loaded during grading.
"""
