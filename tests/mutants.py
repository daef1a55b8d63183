"""Wrong programs that nobody chose: right ones of the bank with one operator, sign, index, axis, or bound changed.

    python -m tests.mutants

prints them, and what is said about each. They were made after the catalogue of mistakes was closed, to show how it does
on programs that it was not written for. `python -m tests.causes` puts the figures into docs/mistakes.md.
"""

import ast
import contextlib
import io
import random
import shutil
import signal
import sys
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.assignment import Assignment
from autograder.outcome import Outcome

from .bank import ASSIGNMENT, BANK, PARTS, ROOT
from .in_process import FUNCTIONS, Ending, program_in, run

# Seconds; a mutated loop may never end.
PATIENCE_S = 5.0
OPERATORS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Add, ast.Div),
    ast.Div: (ast.Mult,),
    ast.Pow: (ast.Mult,),
}
COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Gt: ast.Lt,
    ast.Lt: ast.Gt,
    ast.GtE: ast.Lt,
    ast.LtE: ast.Gt,
    ast.Eq: ast.NotEq,
}


@dataclass(frozen=True)
class Mutant:
    """One changed program, and how its cases ended."""

    function: str
    program: str
    before: str
    after: str
    endings: dict[str, Ending]
    text: str
    """The whole changed program."""

    @property
    def named(self) -> set[str]:
        """The identifiers of the recognized mistakes."""
        return {ending.mistake for ending in self.endings.values() if ending.mistake}

    @property
    def answers(self) -> bool:
        """Whether it returns a wrong answer in at least one case, instead of none at all."""
        return any(ending.outcome is Outcome.FAILED for ending in self.endings.values())

    @property
    def wrong(self) -> bool:
        """Whether it fails any case."""
        return any(ending.outcome is not Outcome.PASSED for ending in self.endings.values())


def variants(node: ast.AST, loops: set[str]) -> Iterator[ast.AST]:
    """Yield the replacements for a node: other operators, signs, indices, axes, and values off by one.

    Args:
        loops: the loop variables of the function.
    """
    if isinstance(node, ast.BinOp):
        for operator in OPERATORS.get(type(node.op), ()):
            yield ast.BinOp(node.left, operator(), node.right)
        if isinstance(node.op, ast.Sub):
            yield ast.BinOp(node.right, ast.Sub(), node.left)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield node.operand
    elif isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add):
        yield ast.AugAssign(node.target, ast.Sub(), node.value)
        yield ast.Assign([node.target], node.value)
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS:
        yield ast.Compare(node.left, [COMPARISONS[type(node.ops[0])]()], node.comparators)
    elif isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value
    elif isinstance(node, ast.keyword) and node.arg == "axis" and isinstance(node.value, ast.Constant):
        yield ast.keyword("axis", ast.Constant({0: 1, 1: 0, -1: 0}[node.value.value]))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range":
        bounds = node.args if len(node.args) > 1 else [ast.Constant(0), *node.args]
        yield ast.Call(node.func, [ast.BinOp(bounds[0], ast.Add(), ast.Constant(1)), *bounds[1:]], [])
        yield ast.Call(node.func, [bounds[0], ast.BinOp(bounds[1], ast.Sub(), ast.Constant(1)), *bounds[2:]], [])
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield ast.Constant(node.value + 1)
        yield ast.Constant(node.value - 1)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in loops:
        for other in sorted(loops - {node.id}):
            yield ast.Name(other, ast.Load())


def mutations(source: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield every single change of a program: function, the line before and after, the whole text."""
    tree = ast.parse(source)
    unchanged = ast.unparse(tree)
    for function in tree.body:
        if not isinstance(function, ast.FunctionDef) or function.name not in FUNCTIONS:
            continue
        before = ast.unparse(function)  # the rest is the same in every program, and is unparsed once
        loops = {
            node.target.id
            for node in ast.walk(function)
            if isinstance(node, ast.For) and isinstance(node.target, ast.Name)
        }
        places = [
            (parent, name, index)
            for parent in (node for statement in function.body for node in ast.walk(statement))
            for name, value in ast.iter_fields(parent)
            for index, child in enumerate(value if isinstance(value, list) else [value])
            if isinstance(child, ast.AST)
        ]
        statements = [(function, "body", index) for index in range(len(function.body))]
        for parent, name, index in [*statements, *places]:
            value = getattr(parent, name)
            child = value[index] if isinstance(value, list) else value
            for variant in variants(child, loops):
                ast.copy_location(variant, child)
                if isinstance(value, list):
                    value[index] = variant
                else:
                    setattr(parent, name, variant)
                after = ast.unparse(function)
                if isinstance(value, list):
                    value[index] = child
                else:
                    setattr(parent, name, child)
                old, new = _differing(before, after)
                if old != new:
                    yield function.name, old, new, unchanged.replace(before, after)


def _differing(before: str, after: str) -> tuple[str, str]:
    for old, new in zip(before.splitlines(), after.splitlines()):
        if old != new:
            return old.strip(), new.strip()
    return "", ""


class _TooLong(Exception):
    """A call takes too long."""


def _ring(*_: Any) -> None:
    raise _TooLong


@dataclass(frozen=True)
class Bed:
    """How to make mutants of one part of the assignment, and a reader's judgment of the causes named for them."""

    part: Assignment
    right: tuple[Path, ...]
    """Right programs in plain styles, so that changes hit a formula and not the code around it."""
    count: int
    seed: int = 4
    says: dict[int, set[str]] = field(default_factory=dict)
    """Number of a mutant -> causes that describe the change rightly."""
    misses: dict[int, set[str]] = field(default_factory=dict)
    """The same for causes that do not."""
    shows: dict[int, set[str]] = field(default_factory=dict)
    """The same for other causes that the whole grader names: they are true, and follow from the change."""
    advises: frozenset[int] = frozenset()
    """The numbers of mutants that raise an exception, and whose advice leads to the change."""

    def mutants(self) -> tuple[list[Mutant], int]:
        """Return `count` wrong programs, taking the functions in turn, and how many changes changed no grade."""
        chance = random.Random(self.seed)
        names = {case.function for case in self.part.cases}
        pools: dict[str, list[tuple[str, str, str, str]]] = {n: [] for n in self.part.functions if n in names}
        for path in self.right:
            program = "solution" if path.parent.name == "solution" else path.parent.name
            for function, before, after, text in mutations(path.read_text(encoding="utf-8")):
                if function in pools:
                    pools[function].append((program, before, after, text))
        for pool in pools.values():
            chance.shuffle(pool)
        found: list[Mutant] = []
        harmless = 0
        while len(found) < self.count:
            function = list(pools)[len(found) % len(pools)]
            program, before, after, text = pools[function].pop()
            mutant = Mutant(function, program, before, after, self.graded(function, text), text)
            if mutant.wrong:
                found.append(mutant)
            else:
                harmless += 1
        return found, harmless

    def graded(self, function: str, text: str) -> dict[str, Ending]:
        """Return how the cases of one function end, run in this process with right functions around it."""
        with tempfile.TemporaryDirectory() as folder:
            path = self.laid_out(Path(folder), text)
            signal.signal(signal.SIGALRM, _ring)
            signal.setitimer(signal.ITIMER_REAL, PATIENCE_S)
            try:
                with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    return run(function, lambda: program_in(path, self.part))
            except _TooLong:
                return {"": Ending(Outcome.TIMED_OUT)}
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)

    def laid_out(self, folder: Path, text: str) -> Path:
        """Write a program into a folder, with the solution's files that it may import; return its path."""
        for name in self.part.imports:
            shutil.copy(ROOT / "solution" / name, folder)
        path = folder / self.part.file
        path.write_text(text, encoding="utf-8")
        return path


def _programs(folder: Path, *names: str) -> tuple[Path, ...]:
    file = PARTS[folder].file
    return ROOT / "solution" / file, *(folder / name / file for name in names)


FIRST = Bed(
    ASSIGNMENT,
    _programs(
        BANK, "loops_in_plain_python", "renamed_parameters_with_defaults", "returns_lists_and_tuples",
        "right_vectorised", "uses_np_testing_inside", "vectorised_scalar_functions", "works_on_transposes",
    ),
    count=30,
    says={
        7: {"log_likelihood.wrong_label"},
        8: {"backprop.one_plus_h"},
        10: {"forward.first_input_skipped"},
        15: {"log_likelihood.wrong_label"},
        17: {"sigmoid.no_minus"},
        23: {"log_likelihood.first_only"},
        28: {"backprop.one_plus_h"},
    },
    shows={
        1: {"structure.zeros"},
        4: {"structure.zeros"},
        5: {"structure.wrong_where"},
        13: {"structure.wrong_where", "structure.right_elsewhere"},
        20: {"backprop.y_alone"},
        21: {"structure.wrong_where"},
        22: {"structure.one_minus"},
        25: {"structure.missing", "structure.wrong_where", "structure.all_alike"},
        26: {"structure.first_only", "structure.left_out"},
    },
    # The sentences for 2 and 12 are true, but their advice to take sizes from .shape does not fix an index with the
    # wrong name.
    advises=frozenset({6, 9, 16, 26, 29}),
)  # fmt: skip
EXTENSIONS = Bed(
    ASSIGNMENT.extra_credit[0],
    _programs(
        BANK / "extensions", "right_and_prints_everything", "right_beside_a_wrong_sigmoid",
        "right_calls_its_own_functions", "right_with_lists",
    ),
    count=24,
    seed=6,
    says={
        1: {"logistic_gradient.x_transposed"},
        2: {"train_logistic.descent"},
        4: {"neuron_gradient.sign"},
        13: {"logistic_gradient.x_transposed"},
        14: {"train_logistic.descent"},
        15: {"neuron_loss.no_half"},
        18: {"perceptron_predict.opposite"},
    },
    shows={
        9: {"structure.opposite_sign"},
        16: {"structure.multiple"},
        22: {"structure.right_elsewhere"},
        24: {"structure.right_elsewhere"},
    },
    advises=frozenset({7, 10}),
)  # fmt: skip
BEDS = (FIRST, EXTENSIONS)


def main() -> int:
    """Print the mutants."""
    for bed in BEDS:
        found, harmless = bed.mutants()
        for number, one in enumerate(found, 1):
            print(f"{number:2} {one.function} of {one.program}\n     {one.before}\n  -> {one.after}")
            failed = [(case, ending) for case, ending in one.endings.items() if ending.outcome is not Outcome.PASSED]
            print(
                "    ",
                ", ".join(f"{case} {ending.outcome.value} {ending.mistake or ''}".strip() for case, ending in failed),
            )
        print(f"{len(found)} wrong; {harmless} changes on the way to them changed no grade")
    return 0


if __name__ == "__main__":
    sys.exit(main())
