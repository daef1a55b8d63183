"""What all tries so far have shown of each function, and the one cause of a wrong answer that agrees with it.

A single case may mislead: a formula that gives what came back here may have given something else elsewhere, and only
several cases together show at which sizes a function is right.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ..assignment import Function
from ..mistake import Diagnosis, Mistake
from ..outcome import Case
from ..student import Answer, Student, WrongAnswer
from .diagnosis import Observation, Scene, changed_in_place, recognize
from .sizes import Judged, only_at, sizes_of


class Evidence:
    """The answers of one submission, from its first case on.

    Of each try, first `judge` is called, then `cause` if it failed, then `keep`. Where they take `alone`, it says
    whether the function alone is to blame for what it returned, as `Host.is_alone` does.
    """

    def __init__(self, sides: Mapping[str, Sequence[str]]) -> None:
        self._sides = sides
        self._judged: dict[str, list[Judged]] = {}
        self._answered: dict[str, list[tuple[Observation, dict[int, Any]]]] = {}

    def judge(
        self, case: Case, function: Function, student: Student, *, alone: bool, open_passed: bool
    ) -> Diagnosis | None:
        """Record at which sizes a function was right and wrong in a try; return what they say if it was wrong.

        They say something only in a hidden case, and only if the function has passed all its open ones.
        """
        hidden, names = not case.example, function.arguments
        nothing: frozenset[str] = frozenset()
        calls = [
            Judged(
                sizes_of(names, one.arguments, self._sides),
                frozenset(one.right),
                frozenset(one.wrong) if alone else nothing,
                hidden,
                place,
            )
            for place, one in enumerate(student.answers)
            if one.function is function
        ]
        if alone and student.unanswered is not None and student.unanswered[0] is function:
            sizes, place = sizes_of(names, student.unanswered[1], self._sides), len(student.answers)
            calls.append(Judged(sizes, nothing, frozenset(function.returns), hidden, place))
        before = self._judged.setdefault(function.name, [])
        before += calls
        wrong = next((one for one in calls if one.wrong), None)  # the only one: a case ends at its first wrong answer
        if wrong is None or not hidden or not open_passed:
            return None
        return only_at(wrong, [one for one in before if one is not wrong], names, self._sides)

    def cause(
        self, case: Case, failure: WrongAnswer, student: Student, mistakes: Sequence[Mistake], sizes: Diagnosis | None
    ) -> Diagnosis | None:
        """Return the cause of a wrong answer, if it can be computed. `sizes` is what `judge` returned."""
        answer, want = failure.answer, failure.facts.get("want")
        function = answer.function
        if "changed" in failure.facts:
            return changed_in_place(failure.facts["changed"])
        if want is None:
            return None
        place = student.answers.index(answer) + 1
        answers, later = student.answers[:place], student.answers[place:]

        def observed(some: Sequence[Answer]) -> list[Observation]:
            return [Observation(one.arguments, one.values) for one in some if one.function is function]

        scene = Scene(
            function.arguments,
            function.returns,
            failure.facts.get("within"),
            {
                f"{name} of {one.function.name}" if len(one.values) > 1 else one.function.name: value
                for one in answers
                if one.function is not function
                for name, value in zip(one.function.returns, one.values)
            },
            hidden=not case.example,
            structure=case.function == function.name,
            elsewhere=self._answered.get(function.name, ()),
            later=observed(later),
            sizes=sizes,
        )
        wanted = {function.returns.index(name): value for name, value in want.items()}
        return recognize(mistakes, function.name, observed(answers), wanted, scene)

    def keep(self, function: Function, student: Student, *, alone: bool) -> None:
        """Keep a function's answers, with the correct arrays: a cause named in a later case must fit these, too.

        It must also fit answers that the case asked for but did not compare, because an earlier one was wrong.
        """
        failed = False
        for one in student.answers:
            names = one.wanted if alone else one.right
            failed = failed or bool(one.wrong)
            if one.function is function and (names or (alone and failed)):
                wanted = {function.returns.index(name): one.wanted[name] for name in names}
                self._answered.setdefault(function.name, []).append((Observation(one.arguments, one.values), wanted))
