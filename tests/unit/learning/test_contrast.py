"""Columns that tell yes from no count for more in a fit, where there are labels enough to say which those are."""

import numpy as np
import pytest
from scipy import sparse

from pipeline.learning.instances import CONTRAST_FROM, Instances, contrast, fit_head

TELLING, COMMON = 0, 1


def rows_of(yes: int) -> tuple[Instances, np.ndarray]:
    """As many rows with a yes as without: one column stands in nine of ten yes and one of ten no, one in every row."""
    labels = np.repeat([1, 0], yes)
    telling = np.where(np.arange(2 * yes) % 10 == 0, 1 - labels, labels)
    matrix = sparse.csr_matrix(np.column_stack([telling, np.ones(2 * yes)]).astype(np.float64))
    return Instances(matrix, np.ones(2), np.arange(2 * yes), np.ones(2 * yes, dtype=bool)), labels


def test_a_column_that_tells_is_scaled_up_and_one_in_every_row_down():
    instances, labels = rows_of(50)
    scale = contrast(instances.matrix, labels, np.ones(len(labels)))
    assert scale[TELLING] > 1 > scale[COMMON]
    in_how_many = np.bincount(instances.matrix.indices)
    assert np.average(scale, weights=in_how_many) == pytest.approx(1)


def test_where_nothing_tells_all_columns_are_alike():
    matrix = sparse.csr_matrix(np.ones((10, 2)))
    scale = contrast(matrix, np.repeat([1, 0], 5), np.ones(10))
    assert np.isfinite(scale).all()
    assert scale[0] == scale[1]


def test_few_rows_with_a_yes_do_not_say_what_contrasts():
    """A telling column's weight grows by its scale; one row under the limit the fit is as without."""

    def telling(yes: int, limit: int, monkeypatch: pytest.MonkeyPatch) -> float:
        monkeypatch.setattr("pipeline.learning.instances.CONTRAST_FROM", limit)
        instances, labels = rows_of(yes)
        return float(fit_head(instances, labels, np.arange(len(labels)), 0.01)[0][TELLING])

    with pytest.MonkeyPatch.context() as patch:
        few, many = CONTRAST_FROM - 10, CONTRAST_FROM
        assert telling(few, CONTRAST_FROM, patch) == telling(few, 10**9, patch)
        assert telling(many, CONTRAST_FROM, patch) > telling(many, 10**9, patch)
