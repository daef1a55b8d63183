"""Pictures of a training, where matplotlib is installed."""

from .digits import COLUMNS, ROWS
from .functions import Stop, plain
from .trained import FOLDER, name_of


def save_pictures(digits, fits, wrong):
    """Save the curve, the hidden units and the images that were taken for the other digit, as PNG files.

    Returns the names of the files: none without matplotlib.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return []
    name, last = name_of(digits), fits[-1]
    figures = {f"{name}-curve.png": _curve(Figure, fits), f"{name}-hidden-units.png": _units(Figure, last)}
    if wrong:
        figures[f"{name}-wrong.png"] = _images(Figure, wrong)
    for file, figure in figures.items():
        try:
            figure.savefig(FOLDER / file, dpi=120)
        except OSError as error:
            raise Stop(f"{file} cannot be saved in {plain(FOLDER)}: {plain(error)}.") from None
    return list(figures)


def _curve(figure_of, fits):
    figure = figure_of(figsize=(8, 3.2), layout="constrained")
    left, right = figure.subplots(1, 2)
    epochs = [fit.epoch for fit in fits]
    left.plot(epochs, [fit.log_likelihood for fit in fits])
    left.set(title="Log likelihood", xlabel="epoch")
    right.plot(epochs, [100 * fit.accuracy for fit in fits])
    right.set(title="Images seen in training: % right", xlabel="epoch", ylim=(0, 102))
    return figure


def _units(figure_of, fit):
    figure = figure_of(figsize=(8, 9), layout="constrained")
    figure.suptitle("Weights theta_h of each hidden unit: ink on orange switches it on, on purple off")
    largest = abs(fit.theta_h).max() or 1.0
    across = 5
    axes = figure.subplots(-(-len(fit.theta_y) // across), across, squeeze=False).flat
    for place in axes:
        place.axis("off")
    for j, (place, weight) in enumerate(zip(axes, fit.theta_y, strict=False)):
        picture = fit.theta_h[:, j].reshape(ROWS, COLUMNS)
        place.imshow(picture, cmap="PuOr_r", vmin=-largest, vmax=largest)
        place.set_title(f"unit {j}, theta_y {weight:+.2f}", fontsize=8)
    return figure


def _images(figure_of, wrong):
    figure = figure_of(figsize=(1.7 * len(wrong), 2.6), layout="constrained")
    for place, (image, title) in zip(figure.subplots(1, len(wrong), squeeze=False).flat, wrong, strict=True):
        place.imshow(image.reshape(ROWS, COLUMNS), cmap="gray_r", vmin=0, vmax=1)
        place.axis("off")
        place.set_title(title, fontsize=8)
    return figure
