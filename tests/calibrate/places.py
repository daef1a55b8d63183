"""Paths."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "cases"
SOLUTION = ROOT / "solution"
DOCS = ROOT / "docs"
