# %% [markdown]
# # A neural network from scratch
#
# This notebook does everything that `README.md` tells you to do on the command line: write four functions, check them,
# train, draw, classify. Read `handout.html` beside it; it explains each step.
#
# * **On your own machine**: open it from inside the folder you unpacked.
# * **On Colab**: run the next cell, and choose the archive you downloaded when it asks.
#
# Only `neural_network.py` is handed in, never this notebook.

# %%
import os
import sys
from pathlib import Path

if not Path("lesson").is_dir():
    # Only on Colab: the files are not there yet.
    import io
    import zipfile

    try:
        from google.colab import files
    except ImportError:
        raise FileNotFoundError("Open this notebook from inside the folder you unpacked: it needs all of it.") from None

    name, archive = next(iter(files.upload().items()))
    zipfile.ZipFile(io.BytesIO(archive)).extractall()
    os.chdir(next(path.parent.parent for path in Path().glob("*/lesson/notebook.py")))
sys.path.insert(0, os.getcwd())

from lesson.notebook import check, classify2d, draw, train

# %% [markdown]
# ## Write
#
# The next cell is the file you hand in. Write one function after the other, in this order, and run the cell each time:
# it is then saved as `neural_network.py`. What was in that file before is kept beside it. If you prefer an editor,
# edit the file and leave the cell alone.

# %%
# <<neural_network.py>>

# %% [markdown]
# ## Check
#
# The same checks as `pytest` on the command line, and the same words as on Gradescope. Run the line of the function you
# are at, as often as you like. They always read the file as it is now.

# %%
check("sigmoid")

# %%
check("forward")

# %%
check("log_likelihood")

# %%
check("backprop")

# %% [markdown]
# ## Train
#
# Once all four functions are written: 0 against 1, then 1 against 2.

# %%
train()

# %% [markdown]
# What happens if all weights begin at zero? Say what you expect before you run it.

# %%
train("--spread", "0")

# %% [markdown]
# ## Draw
#
# Your trained network reads what you draw, and shows every layer.

# %%
draw()

# %% [markdown]
# ## Classify in the plane
#
# Your `forward` and `backprop` learn shapes that no line can separate. The slider goes through time. Try `"xor"`,
# `"spiral"` and `"linear"` too, and other numbers of hidden units: `classify2d("circle", "--hidden", "2")`.
# On your own machine `python classify2d.py` shows the same live.

# %%
classify2d("circle")

# %% [markdown]
# ## Hand in
#
# All checks once more. Then hand in `neural_network.py`, under exactly this name. On Colab you find it in the file
# panel on the left.

# %%
check()

# %% [markdown]
# ## Extra credit
#
# The handout goes on with one neuron, the perceptron and a network that reads all ten digits. Write these functions in
# `extensions.py` with an editor; on Colab a double click on it in the file panel opens one. Then, in a cell of your
# own: `check("logistic_gradient")` checks one function, `check("extensions.py")` all, `train("--ten")` trains the ten
# digits, after which `draw()` reads them, and `classify2d("arms")` learns three classes. Hand in both files together.
