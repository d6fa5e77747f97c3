"""Train, measure and use a neural translator from one small tab-separated corpus.

from nmt import Translator, evaluate, train

Translator.load("models/eng-mar").translate(["good morning"])
"""

from contextlib import nullcontext
from importlib import import_module
from typing import TYPE_CHECKING, Any

from nmt.quiet import quiet_tensorflow

__version__ = "0.1.0"
__all__ = ["Config", "InputError", "Translator", "WorkError", "__version__", "evaluate", "train"]

if TYPE_CHECKING:
    from nmt.config import Config
    from nmt.errors import InputError, WorkError
    from nmt.evaluation import evaluate
    from nmt.training import train
    from nmt.translator import Translator

_HOMES = {
    "Config": "nmt.config",
    "InputError": "nmt.errors",
    "Translator": "nmt.translator",
    "WorkError": "nmt.errors",
    "evaluate": "nmt.evaluation",
    "train": "nmt.training",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'nmt' has no attribute '{name}'")
    # Loaded when first used: only training may wait for TensorFlow, and nobody for its messages.
    with quiet_tensorflow() if name == "train" else nullcontext():
        return getattr(import_module(_HOMES[name]), name)
