"""Reference numbers for overt-stats: python reference.py > reference.json"""

import json
import sys
from fractions import Fraction

import numpy as np
import scipy
import sklearn
import statsmodels
from scipy import optimize, stats
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import brier_score_loss, roc_auc_score, roc_curve
from statsmodels.stats.multitest import multipletests

rng = np.random.default_rng(20250101)


def numbers(values):
    return [float(v) for v in np.ravel(values)]


def proportions():
    cases = [(0, 1), (1, 1), (0, 10), (3, 10), (10, 10), (50, 60), (299, 300), (17, 1000),
             (49_000, 100_000), (99_990, 100_000), (500_000, 1_000_000), (3, 1_000_000)]
    out = []
    for k, n in cases:
        for level in (0.5, 0.9, 0.95, 0.999):
            two = stats.binomtest(k, n).proportion_ci(level, "exact")
            low = stats.binomtest(k, n, alternative="greater").proportion_ci(level, "exact").low
            high = stats.binomtest(k, n, alternative="less").proportion_ci(level, "exact").high
            wilson = stats.binomtest(k, n).proportion_ci(level, "wilson")
            out.append({"successes": k, "trials": n, "level": level, "exact": numbers(two),
                        "lower": float(low), "upper": float(high), "wilson": numbers(wilson)})
    return out


def means():
    out = []
    for n in (2, 3, 8, 40, 1000):
        for level in (0.5, 0.9, 0.95, 0.999):
            x = rng.normal(3, 2, n).round(6)
            ci = stats.t.interval(level, n - 1, loc=x.mean(), scale=stats.sem(x))
            out.append({"values": numbers(x), "level": level, "interval": numbers(ci),
                        "sd": float(x.std(ddof=1)), "median": float(np.median(x)),
                        "quantile_0.3": float(np.quantile(x, 0.3))})
    return out


def classes():
    out = []
    for m, n, decimals in ((5, 7, 1), (40, 60, 1), (30, 20, 6)):
        pos, neg = rng.normal(1, 1, m).round(decimals), rng.normal(0, 1, n).round(decimals)
        y, s = np.r_[np.ones(m), np.zeros(n)], np.r_[pos, neg]
        fpr, tpr, _ = roc_curve(y, s, drop_intermediate=False)
        out.append({"pos": numbers(pos), "neg": numbers(neg), "auroc": float(roc_auc_score(y, s)),
                    "fpr": numbers(fpr), "tpr": numbers(tpr)})
    return out


def correlations():
    x = rng.normal(size=50).round(1)
    y = (x + rng.normal(size=50)).round(1)
    return {"x": numbers(x), "y": numbers(y), "pearson": float(stats.pearsonr(x, y)[0]),
            "spearman": float(stats.spearmanr(x, y)[0])}


def forecasts():
    p = rng.uniform(size=200).round(6)
    o = rng.uniform(size=200) < p**1.5
    bins = np.minimum((p * 10).astype(int), 9)
    ece = sum(abs(o[bins == b].mean() - p[bins == b].mean()) * (bins == b).mean() for b in range(10))
    return {"probabilities": numbers(p), "happened": [bool(v) for v in o],
            "brier": float(brier_score_loss(o, p)), "ece_10": float(ece)}


def linear_fits():
    n = 60
    x = np.c_[rng.normal(size=n), 100 * rng.normal(size=n) + 500, rng.uniform(size=n)].round(6)
    y = (x @ [1.5, -0.02, 0.7] + rng.normal(size=n)).round(6)
    w = rng.uniform(0.2, 3, n).round(6)
    z = 0.8 * x[:, 0] - 0.01 * (x[:, 1] - 500) + rng.normal(size=n)
    label = (z > 0).astype(float)
    share = (1 / (1 + np.exp(-z))).round(6)
    fits = []
    for penalty in (0.1, 5.0):
        for standardise in (False, True):
            mean = np.average(x, axis=0, weights=w)
            sd = np.sqrt(np.average((x - mean) ** 2, axis=0, weights=w))
            shift, scale = (mean, sd) if standardise else (mean, np.ones(3))
            u = (x - shift) / scale
            ridge = Ridge(alpha=penalty, solver="cholesky").fit(u, y, sample_weight=w)
            options = {"C": 1 / penalty, "solver": "newton-cholesky", "tol": 1e-12, "max_iter": 1000}
            hard = LogisticRegression(**options).fit(u, label, sample_weight=w)
            # A share is the same as both outcomes, each with its part of the weight.
            soft = LogisticRegression(**options).fit(
                np.r_[u, u], np.r_[np.ones(n), np.zeros(n)],
                sample_weight=np.r_[w * share, w * (1 - share)])
            fits.append({"penalty": penalty, "standardise": standardise,
                         "ridge": numbers(ridge.predict(u)),
                         "logistic": numbers(hard.predict_proba(u)[:, 1]),
                         "logistic_share": numbers(soft.predict_proba(u)[:, 1])})
    return {"x": [numbers(row) for row in x], "y": numbers(y), "weights": numbers(w),
            "label": numbers(label), "share": numbers(share), "fits": fits}


def isotonic():
    x = rng.uniform(0, 10, 40).round(0)
    y = (np.sqrt(x) + rng.normal(0, 0.6, 40)).round(6)
    w = rng.uniform(0.2, 3, 40).round(6)
    at = np.linspace(-1, 11, 49)
    fit = IsotonicRegression(out_of_bounds="clip").fit(x, y, sample_weight=w)
    return {"x": numbers(x), "y": numbers(y), "weights": numbers(w), "at": numbers(at),
            "curve": numbers(fit.predict(at))}


def exact_bounds(counts, n, tail):
    """Lower and upper Clopper-Pearson bounds, each failing with probability `tail`."""
    k = np.asarray(counts, float)
    low = np.where(k > 0, stats.beta.ppf(tail, np.maximum(k, 1), n - k + 1), 0.0)
    high = np.where(k < n, stats.beta.ppf(1 - tail, k + 1, np.maximum(n - k, 1)), 1.0)
    return low, high


def tango_upper(b, c, n, level):
    """The score bound of Tango (Statistics in Medicine 17, 1998) on (b - c) / n."""
    def score(d):
        a2, a1, a0 = 2 * n, -b - c + (2 * n - b + c) * d, -c * d * (1 - d)
        p01 = (np.sqrt(a1 * a1 - 4 * a2 * a0) - a1) / (2 * a2)
        return (b - c - n * d) / np.sqrt(n * (2 * p01 + d * (1 - d))) + stats.norm.ppf(level)
    return optimize.brentq(score, (b - c) / n + 1e-12, 1 - 1e-12, xtol=1e-14)


def paired():
    out = []
    for b, c, n in [(0, 0, 300), (9, 9, 300), (3, 12, 300), (40, 5, 100), (90, 90, 3000),
                    (0, 7, 50), (1, 0, 1), (20, 0, 20), (600, 500, 100_000)]:
        for level in (0.9, 0.95, 0.99):
            (_, high), (low, _) = (exact_bounds(k, n, (1 - level) / 2) for k in (b, c))
            (_, back), (under, _) = (exact_bounds(k, n, (1 - level) / 2) for k in (c, b))
            out.append({"only_subject": b, "only_reference": c, "pairs": n, "level": level,
                        "upper": float(high - low), "lower": float(under - back),
                        "tango": float(tango_upper(b, c, n, level)) if b < n else 1.0})
    return out


def paired_power():
    out = []
    for n, p10, p01, margin, level in [(60, 0.02, 0.05, 0.1, 0.95), (150, 0.03, 0.03, 0.1, 0.9),
                                       (150, 0.15, 0.05, 0.1, 0.95), (40, 0.0, 0.3, 0.02, 0.9),
                                       (30, 0.5, 0.5, 0.3, 0.9)]:
        x, y = np.meshgrid(np.arange(n + 1), np.arange(n + 1), indexing="ij")
        (_, high), (low, _) = (exact_bounds(k, n, (1 - level) / 2) for k in (x, y))
        counts = np.stack([x, y, np.maximum(n - x - y, 0)], -1)
        chance = np.where(x + y <= n, stats.multinomial.pmf(
            np.where((x + y <= n)[..., None], counts, [n, 0, 0]), n, [p10, p01, 1 - p10 - p01]), 0)
        out.append({"pairs": n, "only_subject": p10, "only_reference": p01, "margin": margin,
                    "level": level, "power": float(chance[high - low <= margin].sum())})
    return out


def paired_trials():
    """Pairs for a power: first by the bounds of this crate, then by Tango's score test."""
    def passes(n, b, c, margin, level):
        (_, high), (low, _) = (exact_bounds(np.arange(n + 1), n, (1 - level) / 2) for _ in "12")
        a1 = -b - c + (2 * n - b + c) * margin
        p01 = (np.sqrt(a1 * a1 + 8 * n * c * margin * (1 - margin)) - a1) / (4 * n)
        z = (b - c - n * margin) / np.sqrt(n * (2 * p01 + margin * (1 - margin)))
        return high[b] - low[c] <= margin, z <= -stats.norm.ppf(level)
    out = []
    for p10, p01, margin, level, power in [(0.02, 0.02, 0.05, 0.95, 0.8), (0.0, 0.0, 0.02, 0.95, 0.8),
                                           (0.01, 0.01, 0.02, 0.95, 0.9)]:
        def first(which):
            def reaches(n):
                most = min(n, 90)
                x, y = np.meshgrid(np.arange(most + 1), np.arange(most + 1), indexing="ij")
                kept = x + y <= n
                x, y = x[kept], y[kept]
                chance = stats.multinomial.pmf(np.stack([x, y, n - x - y], -1), n,
                                               [p10, p01, 1 - p10 - p01])
                return chance[passes(n, x, y, margin, level)[which]].sum() >= power
            fails, enough = 0, 1
            while not reaches(enough):
                fails, enough = enough, 2 * enough
            while enough - fails > 1:
                middle = (fails + enough) // 2
                fails, enough = (fails, middle) if reaches(middle) else (middle, enough)
            return enough
        out.append({"only_subject": p10, "only_reference": p01, "margin": margin, "level": level,
                    "power": power, "pairs": first(0), "tango": first(1)})
    return out


def trials():
    def clearing(n, threshold, level):
        """The fewest successes whose exact lower bound is at or above the threshold."""
        return int(stats.binom.isf(1 - level, n, threshold)) + 1
    out = []
    for rate, threshold, level, power in [(0.3, 0.1, 0.95, 0.8), (0.2, 0.06, 0.95, 0.9),
                                          (0.99, 0.95, 0.95, 0.8), (0.999, 0.99, 0.9, 0.9),
                                          (0.9, 0.8, 0.99, 0.8), (1.0, 0.9, 0.95, 0.5)]:
        reached = lambda n: float(stats.binom.sf(clearing(n, threshold, level) - 1, n, rate))
        n = next(n for n in range(1, 10_000) if reached(n) >= power)
        clean = next(n for n in range(1, 10_000) if stats.binom.pmf(n, n, threshold) <= 1 - level)
        out.append({"rate": rate, "threshold": threshold, "level": level, "power": power,
                    "trials": n, "reached": reached(n), "at_200": reached(200), "clean": clean})
    return out


def bounded():
    out = []
    for n, low, high, level in [(2, 0, 1, 0.95), (50, 0, 1, 0.9), (1000, -3, 5, 0.95),
                                (20_000, 0, 1, 0.99)]:
        x = (low + (high - low) * rng.beta(0.5, 4, n)).round(6)
        odds, mean, variance = np.log(2 / (1 - level)), x.mean(), x.var(ddof=1)
        reach = np.sqrt(2 * variance * odds / n) + 7 * (high - low) * odds / (3 * (n - 1))
        out.append({"n": n, "mean": float(mean), "variance": float(variance), "low": low,
                    "high": high, "level": level, "upper": float(min(mean + reach, high)),
                    "lower": float(max(mean - reach, low))})
    return out


def clusters():
    """Studentised intervals from 200,000 resamples: Monte Carlo, so to about three digits."""
    out = []
    for m in (20, 60):
        trials = rng.integers(5, 40, m)
        events = rng.binomial(trials, rng.uniform(0.05, 0.4, m))
        def ratio(e, n):
            rate = e.sum(-1) / n.sum(-1)
            squares = ((e - rate[..., None] * n) ** 2).sum(-1)
            return rate, np.sqrt(m / (m - 1) * squares) / n.sum(-1)
        rate, error = ratio(events, trials)
        t = []
        for _ in range(20):
            drawn = rng.integers(0, m, (10_000, m))
            there, its = ratio(events[drawn], trials[drawn])
            t.append((there - rate) / its)
        low, high = np.quantile(np.concatenate(t), [0.05, 0.95])
        out.append({"events": events.tolist(), "trials": trials.tolist(), "level": 0.9,
                    "interval": numbers([rate - high * error, rate - low * error])})
    return out


def replays():
    """In fractions, so that no rounding decides."""
    out = []
    for share, power in [("0.05", "0.95"), ("0.01", "0.95"), ("0.001", "0.99"), ("0.5", "0.75"),
                         ("0.9", "0.99"), ("0.25", "0.5"), ("1", "0.9")]:
        kept, allowed, k = 1 - Fraction(share), 1 - Fraction(power), 0
        while kept**k > allowed:
            k += 1
        out.append({"share": float(share), "power": float(power), "replays": k})
    return out


def replays_among():
    out = []
    for n, altered, power in [(10, 1, "0.9"), (20, 1, "0.95"), (100, 5, "0.95"), (400, 4, "0.95"),
                              (1000, 50, "0.95"), (100_000, 5_000, "0.95"), (50, 49, "0.99"),
                              (7, 7, "0.5"), (2000, 1, "0.99")]:
        missed, allowed, k = Fraction(1), 1 - Fraction(power), 0
        while missed > allowed:
            missed *= Fraction(n - altered - k, n - k)
            k += 1
        out.append({"cases": n, "altered": altered, "power": float(power), "replays": k,
                    "reached": float(stats.hypergeom.sf(0, n, altered, k))})
    return out


def holm():
    out = []
    for m in (1, 2, 5, 30):
        p = (rng.uniform(size=m) ** 2).round(3)
        out.append({"p_values": numbers(p), "adjusted": numbers(multipletests(p, method="holm")[1])})
    return out


json.dump({
    "provenance": {"script": "tests/golden/reference.py", "seed": 20250101,
                   "python": sys.version.split()[0], "numpy": np.__version__,
                   "scipy": scipy.__version__, "scikit-learn": sklearn.__version__,
                   "statsmodels": statsmodels.__version__},
    "proportions": proportions(), "means": means(), "classes": classes(),
    "correlations": correlations(), "forecasts": forecasts(), "linear_fits": linear_fits(),
    "isotonic": isotonic(), "paired": paired(), "paired_power": paired_power(),
    "paired_trials": paired_trials(), "trials": trials(), "bounded": bounded(), "clusters": clusters(), "replays": replays(),
    "replays_among": replays_among(), "holm": holm(),
}, sys.stdout, indent=None, separators=(",", ":"))
sys.stdout.write("\n")
