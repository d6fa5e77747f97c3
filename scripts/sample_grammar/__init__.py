"""A small English–Marathi grammar that writes the sample corpus.

``agreement`` holds the endings, ``people``, ``things`` and ``verbs`` the words, ``clauses``,
``wants`` and ``scenes`` the templates, ``phrases`` what is written by hand, ``greetings`` what
is said to many people, ``corpus`` the choice.
"""

from .corpus import DEMO, as_tsv, fold, phrases, rows

__all__ = ["DEMO", "as_tsv", "fold", "phrases", "rows"]
