"""Name the mistake: which one cause explains everything that a function returned.

`evidence` keeps what all cases have shown and asks `diagnosis`, which tries the instructor's formulas, then what the
numbers alone show: `structure` and `shapes`, each finding a `guess`. What none of these explains, `sizes` may.
"""
