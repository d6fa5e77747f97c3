"""Train, measure and use a neural translator from one small tab-separated corpus."""

__version__ = "0.1.0"
