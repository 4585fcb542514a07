"""The frame of a sentence: what is left of it without the words that say which thing it is about."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from pipeline.scoring import features, hashing
from pipeline.scoring.features import Blocks, Reading, Turn


def read(*texts: str) -> Reading:
    turns = [Turn(text) for text in texts]
    return features.read(turns, features.glance(turns), (), ())


def frames_of(matrix: sparse.csr_matrix) -> np.ndarray:
    _, _, start, end, _ = Blocks(0).bounds
    return np.asarray(matrix[:, start:end].toarray())


def test_one_wish_for_two_things_has_one_frame() -> None:
    dark, maps, bug = frames_of(
        read("It would be great to have dark mode", "It would be great to have offline maps", "Maps crash").sentences
    )
    assert dark.any() and np.array_equal(dark, maps)
    assert float(dark @ bug) == 0.0


def test_order_beginning_and_end_belong_to_it() -> None:
    add, adds, asks = frames_of(read("Add dark mode", "It adds dark mode", "Can you add dark mode?").sentences)
    assert float(add @ adds) < 0.5 and float(add @ asks) < 0.5


def test_three_words_running_are_never_of_two_sentences() -> None:
    known = frozenset(["would", "be", "great", "if"])
    _, apart = hashing.sentence_features([["would", "be"], ["great", "if"]], known)
    assert apart.getnnz(axis=1).tolist() == [1, 1]
    _, one = hashing.sentence_features([["would", "it", "be", "great"], [], ["if"]], known)
    assert one.getnnz(axis=1).tolist() == [3, 0, 0]


def test_a_turn_has_no_frame_of_its_own() -> None:
    assert not frames_of(read("It would be great. Please add it.").turns).any()
