"""Has no functions of its own: each asks whoever called it for what it should answer."""
import sys


try:
    import reference
except ImportError:
    reference = None


def worker():
    """Whoever called us, if it answers to somebody else."""
    frame = sys._getframe(1)
    while frame is not None:
        for value in list(frame.f_locals.values()):
            if hasattr(value, "_write") and hasattr(value, "_request"):
                return value
        frame = frame.f_back
    return None


def asking_for(name):
    def function(*arguments):
        if reference is not None:
            return getattr(reference, name)(*arguments)
        asking = worker()
        asking._write({"outcome": "asks", "function": name, "request": asking._request}, list(arguments))
        read = sys._getframe(1)
        while "wire" not in read.f_globals:
            read = read.f_back
        head, answers = read.f_globals["wire"].read_blocking(asking._read)
        if head["do"] != "answer":
            raise PermissionError(head["message"])
        values = [array.copy()[()] for array in answers]
        return values[0] if len(values) == 1 else tuple(values)

    return function


sigmoid, forward, log_likelihood, backprop = map(asking_for, ("sigmoid", "forward", "log_likelihood", "backprop"))
