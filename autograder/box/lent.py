"""Right functions in the place of a program's own: each asks the grader, and the right formula never comes here."""

import functools
import inspect
import types
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

import numpy as np


class Lent:
    """The functions that are lent to a program, and how it gets them.

    Args:
        parameters: by name of the function, those of the contract.
        ask: sends the grader a function's name and arguments, and has its answer.
    """

    def __init__(
        self,
        parameters: dict[str, list[str]],
        ask: Callable[[str, list[np.ndarray]], tuple[dict[str, Any], list[np.ndarray]]],
    ) -> None:
        self.parameters = parameters
        self._ask = ask

    def run(self, code: types.CodeType, names: dict[str, Any]) -> None:
        """Run a program in `names`, and replace each function that is lent as soon as it is defined.

        So what is defined further down, a default parameter or an object that holds the function, holds the right one.
        """
        if not self.parameters:
            exec(code, names)  # noqa: S102, in its box
            return
        replacing = _Replacing(names, self)
        replacing.place_all()  # what the program does not define, it may call at its end all the same
        exec(code, names, replacing)  # noqa: S102
        for name in self.parameters.keys() & names.keys():  # one that was bound past it, by `global` in a function
            replacing[name] = names[name]
        self.add_missing(names)

    def add_missing(self, names: dict[str, Any]) -> None:
        """Put a right function where the program defines none."""
        for name in self.parameters:
            if not callable(names.get(name)):
                names[name] = self.stand_in(name, None)

    def stand_in(self, name: str, own: Any) -> Callable[..., Any]:
        """What stands in the place of the program's own function, if it has one."""
        parameters = self.parameters[name]

        def stand_in(*arguments: Any, **options: Any) -> Any:
            positional = _positional(parameters, own, arguments, options)
            if positional is None or (own is not None and any(map(np.iscomplexobj, positional))):
                # A call that the contract does not know, as sigmoid(h, derivative=True) or one with complex numbers,
                # as in a derivative by complex steps, is for the student's own.
                return own(*arguments, **options)
            head, answers = self._ask(name, [np.asarray(argument, dtype=float) for argument in positional])
            if head["do"] != "answer":
                # Nor is one with a single row for a table the contract's, or with more numbers than are taken here.
                if own is not None:
                    return own(*arguments, **options)
                raise TypeError(head["message"])
            values = [array.copy()[()] for array in answers]  # a scalar as NumPy's own functions give it
            if positional and isinstance(positional[0], np.matrix):  # of which NumPy's own functions make another
                values = [np.asmatrix(value) if np.ndim(value) == 2 else value for value in values]
            return values[0] if len(values) == 1 else tuple(values)

        if isinstance(own, types.FunctionType):  # whose docstring or parameters a program may ask for
            functools.update_wrapper(stand_in, own)
        stand_in.__name__ = name
        return stand_in if own is None or isinstance(own, types.FunctionType) else _InPlaceOf(own, stand_in)


class _Replacing(MutableMapping[str, Any]):
    """The names of a module while it runs; each function that has a stand-in is replaced when it is bound."""

    def __init__(self, names: dict[str, Any], lent: Lent) -> None:
        self._names = names
        self._lent = lent
        self._placed: list[Any] = []

    def place_all(self) -> None:
        """Have the stand-ins there before anything is bound."""
        for name in self._lent.parameters:
            self._names[name] = self._made(name, None)

    def __setitem__(self, name: str, value: Any) -> None:
        if name in self._lent.parameters and callable(value) and not any(value is placed for placed in self._placed):
            own, value = value, self._made(name, value)
            self._replace(own, value)
        self._names[name] = value

    def _made(self, name: str, own: Any) -> Callable[..., Any]:
        made = self._lent.stand_in(name, own)
        self._placed.append(made)
        return made

    def _replace(self, own: Any, stand_in: Any) -> None:
        """Where `sigmoid = net.sigmoid` has its function from, in a class or under another name, others call it."""
        function = own.__func__ if type(own) is types.MethodType else own
        if type(function) is not types.FunctionType:
            return
        for other, value in list(self._names.items()):
            if value is function:
                self._names[other] = stand_in
            elif issubclass(type(value), type):
                # Past a metaclass, which may have ideas of its own about what a class holds.
                for attribute, held in list(type.__dict__["__dict__"].__get__(value).items()):
                    if (held.__func__ if type(held) in (staticmethod, classmethod) else held) is function:
                        type.__setattr__(value, attribute, staticmethod(stand_in))

    def __getitem__(self, name: str) -> Any:
        return self._names[name]

    def __delitem__(self, name: str) -> None:
        del self._names[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class _InPlaceOf:
    """A stand-in for an object, of which others may want more than to call it, as the slope of a sigmoid.

    What they want is looked up when they do: a property may take long, raise, or end the process.
    """

    def __init__(self, own: Any, stand_in: Callable[..., Any]) -> None:
        self.__own = own
        self.__stand_in = stand_in
        self.__name__ = stand_in.__name__

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return self.__stand_in(*arguments, **options)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what it is to Python itself, as an array or a number
            raise AttributeError(name)
        return getattr(self.__own, name)


def _positional(
    parameters: list[str], own: Any, arguments: tuple[Any, ...], options: dict[str, Any]
) -> list[Any] | None:
    """The arguments of a call in the contract's order; None for a call that the contract does not know."""
    rest = parameters[len(arguments) :]
    by_name = [*arguments, *(options[name] for name in rest if name in options)]
    if own is None or not (options or rest or len(arguments) > len(parameters)):
        return by_name
    try:
        signature = inspect.signature(own)
        bound = signature.bind(*arguments, **options).arguments
    except Exception:  # an object of the program's may raise what it likes, and from Python 3.14 on an annotation may
        return None
    own_names = signature.parameters
    if options.keys() <= set(rest) and any(one.kind is one.VAR_KEYWORD for one in own_names.values()):
        given = by_name  # a wrapper, which hands on what comes
    else:
        names = (name for name, one in own_names.items() if one.kind is not one.KEYWORD_ONLY or name in parameters)
        first = [*names][: len(parameters)]
        # Who says sigmoid(z, derivative=False) says no more than sigmoid(z).
        if not all(_is(value, own_names[name].default) for name, value in bound.items() if name not in first):
            return None
        given = []
        for name in first:
            several = own_names[name].kind is inspect.Parameter.VAR_POSITIONAL
            given += bound.get(name, ()) if several else [bound[name]] if name in bound else []
    return given if len(given) == len(parameters) else None


def _is(value: Any, default: Any) -> bool:
    """Whether a value is a default: the same object, or a plain number or text that equals it."""
    return value is default or (type(value) is type(default) and type(value) in (int, float, str) and value == default)
