"""What is known of customers at a cut, the fits made of it, and who is likely not to buy again."""

from dataclasses import asdict, dataclass
from typing import NamedTuple

import numpy as np

from . import bg_nbd, gamma_gamma, logistic, rhythm_test
from .bg_nbd import BgNbd, Histories
from .gamma_gamma import GammaGamma
from .logistic import Logistic
from .rhythm_test import Rhythm

BG_NBD, LOGISTIC, RHYTHM, NONE = "bg_nbd", "logistic", "rhythm", "none"
LAST_YEAR, RECENCY, RECENCY_FREQUENCY = "last_year", "recency", "recency_frequency"
"""Naive rules: what the last 12 months had, days since the last purchase, the same in units of the mean gap."""

DAYS_A_MONTH = 365.25 / 12


class Facts(NamedTuple):
    """Arrays, one place per customer who ever bought by the cut; days and company currency.

    A purchase is a day with an invoice. ``span``: days from the first to the last one, ``age``: from the first to the
    cut; ``gap``: median of the days between purchases (nan: bought once). ``year_count``, ``year_net``: purchases and
    net sales of the last 12 months. ``later_count``, ``later_net``: what came within the horizon after the cut.
    """

    partner: np.ndarray
    count: np.ndarray
    span: np.ndarray
    age: np.ndarray
    gap: np.ndarray
    net: np.ndarray
    year_count: np.ndarray
    year_net: np.ndarray
    later_count: np.ndarray
    later_net: np.ndarray

    @classmethod
    def of_rows(cls, rows):
        """From rows in the order of the fields; what is not known (None) becomes nan.

        >>> Facts.of_rows([(7, 1, 0, 30, None, 50, 1, 50, 0, 0)]).recency
        array([30.])
        """
        return cls.of_table(np.array(rows, float).reshape(len(rows), len(cls._fields)))

    @classmethod
    def of_table(cls, table):
        """From the columns of a table; further ones are left alone."""
        return cls(table[:, 0].astype(np.int64), *table[:, 1 : len(cls._fields)].T)

    @property
    def recency(self):
        return self.age - self.span

    @property
    def repeats(self):
        return self.count > 1

    @property
    def mean_value(self):
        return self.net / self.count

    @property
    def histories(self):
        """As BG/NBD wants them: weeks, one history per customer."""
        return Histories(self.count - 1, self.span / 7, self.age / 7, np.ones(len(self.count)))

    @property
    def figures(self):
        """As the logistic regression wants them."""
        return logistic.customer_figures(self.recency, self.count, self.year_net, self.age)


@dataclass(frozen=True, slots=True)
class Fits:
    """Everything learnt at a cut; None: could not be learnt."""

    bg_nbd: BgNbd | None = None
    gamma_gamma: GammaGamma | None = None
    logistic: Logistic | None = None
    rhythm: Rhythm | None = None

    def as_dict(self):
        """For keeping as JSON.

        >>> kept = Fits(rhythm=Rhythm(30.0, (1.0, 0.5)))
        >>> Fits.of_dict(kept.as_dict()) == kept
        True
        """
        return asdict(self)

    @classmethod
    def of_dict(cls, values):
        """The other way; JSON knows lists only."""
        kinds = {"bg_nbd": BgNbd, "gamma_gamma": GammaGamma, "logistic": Logistic, "rhythm": Rhythm}
        return cls(**{name: kind(**_tuples(values[name])) for name, kind in kinds.items() if values.get(name)})


def _tuples(values):
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}


#: Fewer repeat buyers than this are not even tried: four parameters want data.
MINIMUM_TRIED = 20


def fit(facts, earlier, count_gaps):
    """``Fits`` at the cut of ``facts``.

    ``earlier`` are the facts at a cut whose horizon ended by then: from what came the logistic regression learns.
    ``count_gaps(median)`` gives the histogram of all closed gaps in units of the own rhythms.
    """
    repeats = facts.repeats
    valued = repeats & (facts.net > 0)
    enough = repeats.sum() >= MINIMUM_TRIED
    return Fits(
        bg_nbd.fit(Histories.group(*facts.histories[:3])) if enough else None,
        gamma_gamma.fit(facts.count[valued], facts.mean_value[valued]) if valued.sum() >= MINIMUM_TRIED else None,
        logistic.fit(earlier.figures, earlier.later_count == 0),
        _fit_rhythm(facts, count_gaps),
    )


def _fit_rhythm(facts, count_gaps):
    repeats = facts.repeats
    if not repeats.any():
        return None
    median = float(np.median(np.maximum(facts.gap[repeats], 0.5)))
    own = Rhythm(median, ()).own(facts.gap[repeats], facts.count[repeats] - 1)
    return rhythm_test.fit(median, count_gaps(median), rhythm_test.histogram(facts.recency[repeats] / own))


def risk(method, fits, facts, days):
    """Probability of no purchase within ``days`` after the cut by a method; nan: the method cannot say.

    The own rhythm says nothing of who bought once. BG/NBD says it through the expected purchases of such customers,
    never through the probability of being alive, which is 1 for them.
    """
    if method == BG_NBD:
        return fits.bg_nbd.probability_of_none(facts.histories, days / 7)
    if method == LOGISTIC:
        return fits.logistic.probability(facts.figures)
    if method == RHYTHM:
        own = fits.rhythm.own(np.where(facts.repeats, facts.gap, 1), facts.count - 1)
        return np.where(facts.repeats, fits.rhythm.probability_of_none(own, facts.recency, days), np.nan)
    return np.full(len(facts.count), np.nan)


def naive_scores(facts):
    """``{naive rule: score}``, higher for the likelier not to buy."""
    gap = np.where(facts.repeats, facts.span / np.maximum(facts.count - 1, 1), np.inf)
    return {
        LAST_YEAR: -facts.year_count,
        RECENCY: facts.recency,
        RECENCY_FREQUENCY: np.where(facts.repeats, facts.recency / np.maximum(gap, 0.5), 0),
    }
