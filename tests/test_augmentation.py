"""Training pairs with symbols: the same on both sides, other ones each epoch, repeatable."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmt.augmentation import Augmentation, find_slots, joined
from nmt.config import LanguageOptions
from nmt.dataset import Pairs, load_dataset
from nmt.masking import ITEMS, NUMBERS, SYMBOLS
from nmt.subword import train_subword

SAMPLE = Path(__file__).parent.parent / "data" / "sample.tsv"
FORWARD, BACKWARD = LanguageOptions(), LanguageOptions("mar", "eng")
WRITTEN = [
    ("Yesterday Kavita bought 12 mangoes.", "काल कविताने १२ आंबे विकत घेतले."),
    ("We saw Kavita's garden at 5:30.", "आम्ही साडेपाचला कविताची बाग पाहिली."),
    ("Did Kavita call Rohan?", "कविताने रोहनला फोन केला का?"),
    ("On Monday Rohan paid 40 rupees and 40 paise.", "सोमवारी रोहनने ४० रुपये ४० पैसे दिले."),
    ("Every Monday we sing.", "दर सोमवारी आम्ही गातो."),
    ("The file notes.txt is 7,500 bytes long.", "notes.txt ही फाइल ७५०० बाइट्सची आहे."),
]
PAIRS = Pairs([src for src, _ in WRITTEN], [trg for _, trg in WRITTEN])


def symbols(text: str) -> Counter[str]:
    return Counter(char for char in text if char in SYMBOLS)


def classes(text: str) -> str:
    return "".join("#" if c in NUMBERS else "@" if c in ITEMS else c for c in text)


def masked(slots: Augmentation, epochs: int = 400) -> Pairs:
    """Return the last form of each pair that has names masked, of many epochs."""
    srcs, trgs = list(PAIRS.srcs), list(PAIRS.trgs)
    for epoch in range(epochs):
        drawn = slots.epoch(1, epoch)
        for row, (src, trg) in enumerate(zip(drawn.srcs, drawn.trgs, strict=True)):
            if len(symbols(src)) >= len(symbols(srcs[row])):
                srcs[row], trgs[row] = src, trg
    return Pairs(srcs, trgs)


def test_numbers_and_literals_of_both_sides_are_always_masked() -> None:
    plain = find_slots(PAIRS, FORWARD).plain()
    assert [classes(text) for text in plain.srcs] == [
        "Yesterday Kavita bought # mangoes.",
        *PAIRS.srcs[1:3],
        "On Monday Rohan paid # rupees and # paise.",
        PAIRS.srcs[4],
        "The file @ is # bytes long.",
    ]
    assert [classes(plain.trgs[row]) for row in (0, 5)] == [
        "काल कविताने # आंबे विकत घेतले.",
        "@ ही फाइल # बाइट्सची आहे.",
    ]


def test_names_are_found_by_their_sound_and_keep_their_endings() -> None:
    drawn = masked(find_slots(PAIRS, FORWARD))
    assert [classes(text) for text in drawn.srcs[1:5]] == [
        "We saw @'s garden at 5:30.",
        "Did @ call @?",
        "On Monday @ paid # rupees and # paise.",
        "Every Monday we sing.",
    ]
    assert [classes(text) for text in drawn.trgs[1:4]] == [
        "आम्ही साडेपाचला @ची बाग पाहिली.",
        "@ने @ला फोन केला का?",
        "सोमवारी @ने # रुपये # पैसे दिले.",
    ]
    # Two names of a sentence have two symbols, each the same on both sides.
    assert symbols(drawn.srcs[2]) == symbols(drawn.trgs[2])
    assert len(symbols(drawn.srcs[2])) == 2


def test_the_other_direction_has_the_same_turned() -> None:
    turned = find_slots(Pairs(PAIRS.trgs, PAIRS.srcs), BACKWARD)
    assert {*turned.names} == {*find_slots(PAIRS, FORWARD).names}
    drawn = turned.epoch(3, 4)
    assert [symbols(text) for text in drawn.srcs] == [symbols(text) for text in drawn.trgs]


def test_without_english_there_are_no_names() -> None:
    assert not find_slots(PAIRS, LanguageOptions("fra", "mar", "fra", "mar")).names


def test_each_epoch_is_a_function_of_seed_and_epoch_and_has_all_symbols() -> None:
    slots = find_slots(PAIRS, FORWARD)
    assert slots.epoch(1, 2) == find_slots(PAIRS, FORWARD).epoch(1, 2)
    drawn = [slots.epoch(1, epoch) for epoch in range(60)]
    assert len({tuple(each.srcs) for each in drawn}) > 40
    assert {*SYMBOLS} == {char for each in drawn for src in each.srcs for char in symbols(src)}
    with_names = sum("Kavita" not in each.srcs[1] for each in drawn)
    assert 2 <= with_names <= 20
    assert slots.epoch(1, 5) != slots.epoch(2, 5)


def test_both_sides_always_have_the_same_symbols() -> None:
    slots = find_slots(PAIRS, FORWARD)
    for epoch in range(100):
        drawn = slots.epoch(1, epoch)
        assert [symbols(text) for text in drawn.srcs] == [symbols(text) for text in drawn.trgs]


@pytest.mark.parametrize("sampling", [0, 0.2])
def test_symbols_are_pieces_of_their_own(sampling: float) -> None:
    train = load_dataset(SAMPLE, FORWARD).train
    subword = train_subword(train.trgs, 400, "mar")
    text = f"{SYMBOLS[0]}ला {SYMBOLS[7]}, अ{SYMBOLS[4]}"
    [ids] = subword.sample([text], sampling, 1)
    assert [i for i in ids if i in subword.symbol_ids()] == [
        subword.symbol_ids()[place] for place in (0, 7, 4)
    ]
    assert subword.decode(ids) == text


@given(
    size=st.integers(0, 60), share=st.floats(0, 1), seed=st.integers(0, 9), epoch=st.integers(1, 9)
)
def test_joined_pairs_are_twos_of_which_each_occurs_once(
    size: int, share: float, seed: int, epoch: int
) -> None:
    pairs = Pairs([f"s{n}." for n in range(size)], [f"t{n}." for n in range(size)])
    drawn = joined(pairs, share, seed, epoch)
    assert [src.replace("s", "t") for src in drawn.srcs] == drawn.trgs
    parts = [src.split(" ") for src in drawn.srcs]
    assert sorted(src for part in parts for src in part) == sorted(pairs.srcs)
    assert sum(len(part) == 2 for part in parts) == int(share * size / 2)
    assert {len(part) for part in parts} <= {1, 2}
    assert joined(pairs, share, seed, epoch) == drawn


def test_none_joined_are_the_pairs_in_their_order_and_others_are_joined_each_epoch() -> None:
    assert joined(PAIRS, 0, 1, 1) == PAIRS
    assert joined(PAIRS, 0.5, 1, 1) != joined(PAIRS, 0.5, 1, 2)
    [src] = joined(Pairs(["One.", "Two?"], ["एक.", "दोन?"]), 1, 1, 1).srcs
    assert src in ("One. Two?", "Two? One.")
