"""SentencePiece: text to piece ids and back, without losing a character."""

from __future__ import annotations

import io
import re
import sys
import tempfile
from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import sentencepiece

from nmt.errors import InputError
from nmt.masking import SYMBOLS

PAD, UNK, BOS, EOS = 0, 1, 2, 3
NBEST = 16
"""Segmentations a sentence is sampled from: beyond these the probabilities are small."""


class Subword:
    """One side's SentencePiece model: `vocab_size` pieces, ids `PAD UNK BOS EOS` first.

    Unseen characters are spelt in UTF-8 bytes, so that decoding an encoding returns any normalised
    sentence unchanged; a caseless model returns it in lower case.
    """

    def __init__(self, model: bytes) -> None:
        """Read a serialised model; raise `InputError` if it is not one this version can use."""
        self.model = model
        try:
            self._processor = sentencepiece.SentencePieceProcessor()
            self._processor.LoadFromSerializedProto(model)
            special = [getattr(self._processor, f"{name}_id")() for name in _SPECIAL]
            # Asked for one by one, they take as long as a translation.
            self._pieces = [str(self._processor.id_to_piece(i)) for i in range(self.vocab_size)]
        except (RuntimeError, OSError, UnicodeDecodeError) as error:
            raise InputError(f"not a SentencePiece model: {error}") from error
        if special != [PAD, UNK, BOS, EOS]:
            raise InputError(f"the SentencePiece model has pad, unk, bos, eos at {special}")

    @cached_property
    def _scores(self) -> list[float]:
        return [self._processor.get_score(i) for i in range(self.vocab_size)]

    @property
    def vocab_size(self) -> int:
        """The number of pieces, special ones included."""
        return int(self._processor.get_piece_size())

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the most probable segmentation of each text as ids, without `BOS` and `EOS`."""
        # A list given whole starts a thread, which takes as long as thirty sentences.
        return [self._processor.encode(text) for text in texts]

    def sample(self, texts: Sequence[str], alpha: float, seed: int) -> list[list[int]]:
        """Return one segmentation of each text, drawn with probability ~ P(pieces)^alpha.

        Subword regularisation (Kudo 2018, equation 11) over the `NBEST` best segmentations. The
        same seed gives the same draws; `alpha` 0 gives `encode`. The draw is ours because
        SentencePiece's own differs from process to process, whatever its seed.
        """
        if alpha == 0:
            return self.encode(texts)
        noise = np.random.default_rng(seed).gumbel(size=(len(texts), NBEST)).tolist()
        score = self._scores
        drawn = []
        for text, gumbels in zip(texts, noise, strict=True):
            # The largest of log-probabilities with Gumbel noise is a draw from their softmax.
            _, ids = max(
                (alpha * sum(score[i] for i in ids) + gumbel, ids)
                for ids, gumbel in zip(
                    self._processor.nbest_encode_as_ids(text, NBEST), gumbels, strict=False
                )
            )
            drawn.append(ids)
        return drawn

    def decode(self, ids: Iterable[int]) -> str:
        """Return the text the ids spell; special ids spell nothing."""
        return str(self._processor.decode([int(i) for i in ids if i > EOS]))

    def pieces(self, ids: Iterable[int]) -> list[str]:
        """Return the written form of each id, blanks shown as `▁`."""
        return [self._pieces[i] for i in ids]

    def symbol_ids(self) -> tuple[int, ...]:
        """Return the ids of `SYMBOLS` in their order; none if the model was made without them."""
        ids = tuple(self._processor.piece_to_id(symbol) for symbol in SYMBOLS)
        return () if UNK in ids else ids

    def digit_ids(self) -> list[int]:
        """Return the ids of pieces with a digit in them, bytes aside."""
        digits = (i for i, piece in enumerate(self._pieces) if any(map(str.isdigit, piece)))
        return sorted({*digits}.difference(self._byte_ids()))

    def unseen_ids(self) -> list[int]:
        """Return the ids no training sentence holds: `UNK` and the byte pieces."""
        return [UNK, *self._byte_ids()]

    def _byte_ids(self) -> list[int]:
        written = (i for i, piece in enumerate(self._pieces) if piece.startswith("<0x"))
        return [i for i in written if self._processor.is_byte(i)]


_SPECIAL = ("pad", "unk", "bos", "eos")


def train_subword(
    texts: Sequence[str], vocab_size: int, side: str, *, caseless: bool = False
) -> Subword:
    """Return a unigram model (Kudo 2018) of `vocab_size` pieces trained on normalised texts.

    A `caseless` model reads capitals as small letters, so that it does not matter how a sentence
    was typed. Raises `InputError`, with the size to ask for instead, when the texts cannot fill
    the vocabulary or it cannot hold their characters; `side` is what the message calls them.
    """
    model = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder:
        lower = Path(folder) / "lower.tsv"
        lower.write_text(_lower_case_rules(), encoding="ascii")
        try:
            sentencepiece.SentencePieceTrainer.train(
                sentence_iterator=iter(texts),
                model_writer=model,
                vocab_size=vocab_size,
                model_type="unigram",
                # Our own cleaning has normalised the text. SentencePiece's would turn the joiners
                # Marathi spells with into blanks (sentencepiece issue 629).
                normalization_rule_name="identity",
                normalization_rule_tsv=str(lower) if caseless else "",
                remove_extra_whitespaces=False,
                character_coverage=1.0,
                byte_fallback=True,
                user_defined_symbols=list(SYMBOLS),
                pad_id=PAD,
                unk_id=UNK,
                bos_id=BOS,
                eos_id=EOS,
                num_threads=1,
                minloglevel=2,
            )
        except RuntimeError as error:
            raise InputError(_advice(str(error), vocab_size, side)) from error
    return Subword(_without_rule_path(model.getvalue()))


def _without_rule_path(model: bytes) -> bytes:
    """Return the model without the place of the rule file, which differs from run to run."""
    from sentencepiece import sentencepiece_model_pb2

    proto = sentencepiece_model_pb2.ModelProto.FromString(model)
    proto.normalizer_spec.ClearField("normalization_rule_tsv")
    return proto.SerializeToString(deterministic=True)


@cache
def _lower_case_rules() -> str:
    """Return SentencePiece's rules `from TAB to`, code points in hexadecimal, for all capitals."""
    capitals = (c for c in map(chr, range(sys.maxunicode + 1)) if c.lower() != c)
    return "".join(
        f"{ord(c):X}\t{' '.join(f'{ord(small):X}' for small in c.lower())}\n" for c in capitals
    )


def _advice(error: str, vocab_size: int, side: str) -> str:
    limit = re.search(r"a value <= (\d+)", error)
    if limit:
        return (
            f"the {side} sentences are too few for {vocab_size} pieces; "
            f"use --vocab-size {limit[1]} or less"
        )
    least = re.search(r"smaller than required_chars. \d+ vs (\d+)", error)
    if least:
        return (
            f"{vocab_size} pieces cannot hold the {side} characters; "
            f"use --vocab-size {least[1]} or more"
        )
    return f"SentencePiece could not learn {vocab_size} {side} pieces: {error.strip()}"
