"""Random draws by quota or one by one, over whole arrays."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]

_CENTRE = (
    (2.50662823884, -18.61500062529, 41.39119773534, -25.44106049637),
    (-8.47351093090, 23.08336743743, -21.06224101826, 3.13082909833),
)
_TAIL = (
    0.3374754822726147,
    0.9761690190917186,
    0.1607979714918209,
    0.0276438810333863,
    0.0038405729373609,
    0.0003951896511919,
    0.0000321767881768,
    0.0000002888167364,
    0.0000003960315187,
)


def normal_quantile(probability: Floats) -> Floats:
    """The standard normal quantile, to about 3e-9 (Beasley and Springer's centre, Moro's tails)."""
    centred = probability - 0.5
    squared = centred * centred
    top, bottom = _CENTRE
    centre = centred * _polynomial(top, squared) / (1 + squared * _polynomial(bottom, squared))
    edge = np.log(-np.log(np.minimum(probability, 1 - probability)))
    tail = np.copysign(_polynomial(_TAIL, edge), centred)
    return np.where(np.abs(centred) < 0.42, centre, tail)


def _polynomial(coefficients: tuple[float, ...], variable: Floats) -> Floats:
    total = np.full_like(variable, coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        total = total * variable + coefficient
    return total


class Draws:
    """A stream of random numbers that knows whether quotas are kept.

    With `is_stratified`, shares are met exactly and every sample of a distribution has one value
    per quantile; without, each value is drawn for itself.
    """

    def __init__(self, seed: int, stream: int, is_stratified: bool) -> None:
        self.random = np.random.Generator(np.random.PCG64([seed, stream]))
        self.is_stratified = is_stratified

    def normal(self, count: int) -> Floats:
        """Independent standard normal values."""
        return self.random.standard_normal(count)

    def alike(self, shared: Floats, share: float) -> Floats:
        """Standard normal values of which `share` of the variance is what they have in common."""
        own = self.normal(len(shared))
        return np.asarray(np.sqrt(share) * shared + np.sqrt(1 - share) * own)

    def even_within(self, group: Ints) -> Floats:
        """Scores that run through all quantiles within each group, in random order."""
        order = np.lexsort((self.random.random(len(group)), group))
        _, first, size = np.unique(group[order], return_index=True, return_counts=True)
        rank = np.arange(len(group)) - np.repeat(first, size)
        scores = np.empty(len(group))
        scores[order] = (rank + self.random.random(len(group))) / np.repeat(size, size)
        return scores

    def spread(self, scores: Floats) -> Floats:
        """Standard normal values in the order of `scores`: one per quantile when stratified."""
        if not self.is_stratified or len(scores) == 0:
            return scores
        rank = np.empty(len(scores))
        rank[np.argsort(scores, kind="stable")] = np.arange(len(scores))
        return normal_quantile((rank + self.random.uniform(0.05, 0.95, len(scores))) / len(scores))

    def lognormal(self, scores: Floats, sigma: float) -> Floats:
        """Positive values of mean 1 in the order of `scores`; the mean is exact when stratified."""
        return self.mean_one(np.exp(sigma * self.spread(scores) - sigma * sigma / 2))

    def mean_one(self, values: Floats) -> Floats:
        """The values scaled to a mean of exactly 1 when stratified; as they are otherwise."""
        return values / values.mean() if self.is_stratified and len(values) else values

    def flags(self, count: int, expected: float) -> Flags:
        """`expected` of `count` flags set: as many exactly (rounded) when stratified."""
        scores = self.random.random(count)
        if not self.is_stratified:
            return scores * count < expected
        chosen = np.zeros(count, dtype=np.bool_)
        chosen[np.argsort(scores, kind="stable")[: round(min(expected, count))]] = True
        return chosen

    def flags_along(self, values: Floats, expected: float) -> Flags:
        """As `flags`; when stratified so that the chosen have the mean of all.

        The values in order fall into as many blocks as are to be chosen; from each block the one
        nearest the block's mean is taken.
        """
        count = round(min(expected, len(values)))
        if not self.is_stratified or count == 0:
            return self.flags(len(values), expected)
        block = np.empty(len(values), dtype=np.int64)
        block[np.argsort(values, kind="stable")] = np.arange(len(values)) * count // len(values)
        means = np.bincount(block, weights=values) / np.bincount(block)
        nearest = np.lexsort((np.abs(values - means[block]), block))
        chosen = np.zeros(len(values), dtype=np.bool_)
        chosen[nearest[np.diff(block[nearest], prepend=-1) != 0]] = True
        return chosen

    def counts(self, weights: Floats, expected: float, usual_total: float) -> Ints:
        """Split `expected` by weight: exactly by largest remainder, else Poisson counts.

        `usual_total` is what the weights add up to on average; Poisson counts are relative to it,
        so that more or heavier weights than usual make more in all.
        """
        if not self.is_stratified:
            means = expected * weights / usual_total
            return np.asarray(self.random.poisson(means), dtype=np.int64)
        return largest_remainder(expected * weights / weights.sum(), round(expected))


def largest_remainder(shares: Floats, total: int) -> Ints:
    """Whole numbers next to `shares` that add up to `total`."""
    whole = np.floor(shares).astype(np.int64)
    missing = total - int(whole.sum())
    if missing > 0:
        whole[np.argsort(whole - shares, kind="stable")[:missing]] += 1
    return whole
