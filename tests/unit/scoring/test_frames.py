"""The frame of a sentence: what is left of it without the words that say which thing it is about."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from pipeline.scoring import features, hashing
from pipeline.scoring.features import Blocks, Reading, Turn
from pipeline.scoring.words import Words


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
    def counted(*texts: list[str]) -> list[int]:
        words = hashing.word_hashes([word for text in texts for word in text])
        return hashing.frame_features(words, np.array([len(text) for text in texts])).getnnz(axis=1).tolist()

    assert counted(["would", "be"], ["great", "if"]) == [1, 1]
    assert counted(["would", "be", "great"], [], ["if"]) == [3, 0, 0]


def test_other_words_are_left_out_and_every_text_stays() -> None:
    words = Words(hashing.word_hashes(["would", "it", "be", "maps", "if"]), np.array([3, 1, 1]))
    left = words.among(hashing.word_hashes(["would", "be", "if"]))
    assert left.sizes.tolist() == [2, 0, 1]
    assert left.hashes.tolist() == hashing.word_hashes(["would", "be", "if"]).tolist()


def test_a_turn_has_no_frame_of_its_own() -> None:
    assert not frames_of(read("It would be great. Please add it.").turns).any()
