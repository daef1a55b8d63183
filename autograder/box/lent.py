"""Stand-ins for a program's own functions. Each asks the grader, so the correct formula never enters the worker."""

import contextlib
import functools
import inspect
import types
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

import numpy as np

# Entries of a list or dict that may hold functions; a longer one holds data.
MAX_HELD = 1000


class Lent:
    """The functions that are lent to a program, and how they are put into it.

    Args:
        parameters: name of a function -> its parameters in the contract.
        ask: sends a function's name and arguments to the grader, and returns its answer.
    """

    def __init__(
        self,
        parameters: dict[str, list[str]],
        ask: Callable[[str, list[np.ndarray]], tuple[dict[str, Any], list[np.ndarray]]],
    ) -> None:
        self.parameters = parameters
        self._ask = ask

    def run(self, code: types.CodeType, names: dict[str, Any]) -> None:
        """Run a program in the namespace `names`, replacing each lent function as soon as it is bound.

        So a default parameter or an object further down that captures the function captures the stand-in.
        """
        if not self.parameters:
            exec(code, names)  # noqa: S102, in its box
            return
        replacing = _Replacing(names, self)
        replacing.place_all()  # the program may call a function that it does not define
        try:
            exec(code, names, replacing)  # noqa: S102
        finally:
            with contextlib.suppress(Exception):  # an object of the program may raise whenever it is looked at
                replacing.place_inside()
        self.add_missing(names)

    def add_missing(self, names: dict[str, Any]) -> None:
        """Put a stand-in wherever the program does not define the function."""
        for name in self.parameters:
            if not callable(names.get(name)):
                names[name] = self.stand_in(name, None)

    def stand_in(self, name: str, own: Any) -> Callable[..., Any]:
        """Return the stand-in for a function, of which the program's version is `own` (None if it has none)."""
        parameters = self.parameters[name]

        def stand_in(*arguments: Any, **options: Any) -> Any:
            positional = _positional(parameters, own, arguments, options)
            if positional is None or (own is not None and any(map(np.iscomplexobj, positional))):
                # The student's own function gets a call that the contract does not cover: sigmoid(h, derivative=True),
                # or one with complex numbers, as in a derivative by complex steps.
                return own(*arguments, **options)
            head, answers = self._ask(name, [np.asarray(argument, dtype=float) for argument in positional])
            if head["do"] != "answer":
                # The grader refuses others, such as a single row in place of a table, or too many numbers.
                if own is not None:
                    return own(*arguments, **options)
                raise TypeError(head["message"])
            values = [array.copy()[()] for array in answers]  # [()] makes a scalar, as NumPy's own functions return
            if positional and isinstance(positional[0], np.matrix):  # NumPy's own functions return a matrix for it
                values = [np.asmatrix(value) if np.ndim(value) == 2 else value for value in values]
            return values[0] if len(values) == 1 else tuple(values)

        if isinstance(own, types.FunctionType):  # the program may inspect its docstring or parameters
            functools.update_wrapper(stand_in, own)
        stand_in.__name__ = name
        return stand_in if own is None or isinstance(own, types.FunctionType) else _InPlaceOf(own, stand_in)


class _Replacing(MutableMapping[str, Any]):
    """The namespace of a module while it runs; it replaces each function that has a stand-in as it is bound."""

    def __init__(self, names: dict[str, Any], lent: Lent) -> None:
        self._names = names
        self._lent = lent
        self._placed: list[Any] = []
        self._replaced: list[tuple[Any, Any]] = []
        """Each function of the program's own, and its stand-in."""

    def place_all(self) -> None:
        """Place the stand-ins before the program binds any name."""
        for name in self._lent.parameters:
            self._names[name] = self._made(name, None)

    def __setitem__(self, name: str, value: Any) -> None:
        if name in self._lent.parameters and callable(value) and not any(value is placed for placed in self._placed):
            own, value = value, self._made(name, value)
            self._replaced.append((own, value))
            self._replace(own, value)
        self._names[name] = value

    def _made(self, name: str, own: Any) -> Callable[..., Any]:
        made = self._lent.stand_in(name, own)
        self._placed.append(made)
        return made

    def place_inside(self) -> None:
        """Replace what functions, containers, and objects hold: `sigmoid, forward = build()` binds what exists."""
        for name in self._lent.parameters.keys() & self._names.keys():  # `global` in a function binds names past us
            self[name] = self._names[name]
        for own, stand_in in self._replaced.copy():
            self._replace_where_handed_on(own, stand_in.__name__)
        stand_ins = {id(own): stand_in for own, stand_in in self._replaced}
        stand_ins.update((id(_plain(own)), stand_in) for own, stand_in in self._replaced)
        seen = set(map(id, self._placed))  # a stand-in goes on holding what it stands for
        waiting = list(self._names.values())
        while waiting:
            value = waiting.pop()
            if id(value) in seen:
                continue
            seen.add(id(value))
            for held, put in self._places(value):
                if id(_plain(held)) in stand_ins:
                    put(stand_ins[id(_plain(held))])
                elif type(held) in _HOLDERS or self._made_object(held):
                    waiting.append(held)

    def _places(self, value: Any) -> Iterator[tuple[Any, Callable[[Any], None]]]:
        """Yield what a value holds, each with a function that puts something else in its place."""
        kind = type(value)
        if kind is types.FunctionType:
            for cell in value.__closure__ or ():
                with contextlib.suppress(ValueError):  # it is empty
                    yield cell.cell_contents, functools.partial(setattr, cell, "cell_contents")
            yield from _entries(value.__defaults__ or (), functools.partial(setattr, value, "__defaults__"))
            yield from self._places(value.__kwdefaults__)
        elif kind is types.MethodType:
            yield from self._places(value.__func__)
            yield from self._places(value.__self__)
        elif kind is functools.partial:
            _, _, (function, arguments, options, attributes) = value.__reduce__()
            yield from self._places(value.keywords)
            yield from _entries(
                (function, *arguments), lambda held: value.__setstate__((held[0], held[1:], options, attributes))
            )
        elif kind in (dict, list) and len(value) <= MAX_HELD:
            for key, held in list(value.items() if kind is dict else enumerate(value)):
                yield held, functools.partial(value.__setitem__, key)
        elif self._made_object(value):
            with contextlib.suppress(AttributeError):  # it has slots
                yield from self._places(object.__getattribute__(value, "__dict__"))

    def _replace_where_handed_on(self, own: Any, name: str) -> None:
        """Replace what `own` only hands its arguments on to, as does `def sigmoid(z): return Network.sigmoid(z)`."""
        called = None
        with contextlib.suppress(Exception):  # what it would call may not exist
            called = _handed_on(own, self._names)
        function = _plain(called)
        its_own = type(function) is types.FunctionType and function.__globals__ is self._names  # not NumPy's
        if its_own and not any(function is placed for placed in self._placed):
            stand_in = self._made(name, called)
            self._replaced.append((function, stand_in))
            self._replace(function, stand_in)

    def _made_object(self, value: Any) -> bool:
        """Whether a value is an object of a class of the program's, or one that only holds attributes."""
        kind = type(value)
        return kind is types.SimpleNamespace or _MODULE_OF(kind) == self._names["__name__"]

    def _replace(self, own: Any, stand_in: Any) -> None:
        """Replace `own` in classes and under other names, too: after `sigmoid = net.sigmoid`, `net` still has it."""
        function = _plain(own)
        if type(function) is not types.FunctionType:
            return
        for other, value in list(self._names.items()):
            if value is function:
                self._names[other] = stand_in
            elif issubclass(type(value), type):
                # Bypass the metaclass, which may override how the class looks up and sets attributes.
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


_HOLDERS = (types.FunctionType, types.MethodType, functools.partial, dict, list)

_MODULE_OF = type.__dict__["__module__"].__get__  # not the metaclass's


def _plain(function: Any) -> Any:
    """Return the function of a bound method, and anything else as it is."""
    return function.__func__ if type(function) is types.MethodType else function


def _entries(held: tuple[Any, ...], put_all: Callable[[tuple[Any, ...]], Any]) -> Iterator[tuple[Any, Any]]:
    """Yield what a tuple holds, each with a function that puts something else in its place by `put_all`."""
    entries = [*held]

    def put(at: int, new: Any) -> None:
        entries[at] = new
        put_all((*entries,))

    for at, one in enumerate(held):
        yield one, functools.partial(put, at)


def _handed_on(function: Any, names: dict[str, Any]) -> Any:
    """Return what a function hands its arguments on to and whose result it returns, if it does nothing else."""
    if type(function) is not types.FunctionType:
        return None
    code = function.__code__
    arguments = ", ".join(f"_{number}" for number in range(code.co_argcount))
    for called in ("{0}", "{0}.{1}", "{0}().{1}"):
        alike = eval(f"lambda {arguments}: {called.format('owner', 'held')}({arguments})")  # noqa: S307
        if code.co_code == alike.__code__.co_code:
            return eval(called.format(*code.co_names), names)  # noqa: S307, in its box
    return None


class _InPlaceOf:
    """A stand-in for a callable object whose other attributes may be needed, such as `sigmoid.slope`.

    Attributes are looked up only on access: a property may take long, raise, or end the process.
    """

    def __init__(self, own: Any, stand_in: Callable[..., Any]) -> None:
        self.__own = own
        self.__stand_in = stand_in
        self.__name__ = stand_in.__name__

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return self.__stand_in(*arguments, **options)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # must not pass for an array or a number by the object's special methods
            raise AttributeError(name)
        return getattr(self.__own, name)


def _positional(
    parameters: list[str], own: Any, arguments: tuple[Any, ...], options: dict[str, Any]
) -> list[Any] | None:
    """Return a call's arguments in the contract's order, or None if the contract does not cover the call."""
    rest = parameters[len(arguments) :]
    by_name = [*arguments, *(options[name] for name in rest if name in options)]
    if own is None or not (options or rest or len(arguments) > len(parameters)):
        return by_name
    try:
        signature = inspect.signature(own)
        bound = signature.bind(*arguments, **options).arguments
    except Exception:  # an object of the program's may raise anything, and so may an annotation from Python 3.14 on
        return None
    own_names = signature.parameters
    if options.keys() <= set(rest) and any(one.kind is one.VAR_KEYWORD for one in own_names.values()):
        given = by_name  # a wrapper that passes on whatever it is given
    else:
        names = (name for name, one in own_names.items() if one.kind is not one.KEYWORD_ONLY or name in parameters)
        first = [*names][: len(parameters)]
        # sigmoid(z, derivative=False) means sigmoid(z) if False is the default.
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
