"""An ensemble is one model whose probabilities are the mean of its members'."""

import numpy as np
import pytest

from nmt.ensemble import Ensemble
from nmt.search import SearchOptions, search
from nmt.subword import BOS, EOS
from tests.test_search import Toy

SRCS = [[4, 5], [5], [4, 4, 5]]


def test_one_member_or_twice_the_same_is_that_model() -> None:
    options = SearchOptions(beam_size=3, n_best=3, attention=True)
    alone = search(Toy(), SRCS, options)
    for members in ((Toy(),), (Toy(), Toy())):
        together = search(Ensemble(members), SRCS, options)
        for one, other in zip(alone, together, strict=True):
            assert [hyp.ids for hyp in one] == [hyp.ids for hyp in other]
            for hyp, same in zip(one, other, strict=True):
                assert hyp.score == pytest.approx(same.score, abs=1e-5)
                assert hyp.attention is not None
                assert same.attention is not None
                np.testing.assert_allclose(hyp.attention, same.attention, atol=1e-6)


def test_the_score_is_that_of_the_mean_of_the_probabilities() -> None:
    members = tuple(Toy(seed=seed) for seed in (1, 2, 3))
    for src, (found,) in zip(SRCS, search(Ensemble(members), SRCS, SearchOptions()), strict=True):
        log_prob, history = 0.0, [BOS]
        for piece in (*found.ids, EOS):
            each = [np.exp(m.log_probs(tuple(src), tuple(history))) for m in members]
            log_prob += float(np.log(np.mean(each, axis=0)[piece]))
            history.append(piece)
        assert found.log_prob == pytest.approx(log_prob, abs=1e-4)
