"""Files that only Gradescope needs: its results format, and the two scripts at the root of the bundle."""
