"""Reference numbers for overt-stats: python reference.py > reference.json"""

import json
import sys

import numpy as np
import scipy
import sklearn
from scipy import stats
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import brier_score_loss, roc_auc_score, roc_curve

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


json.dump({
    "provenance": {"script": "tests/golden/reference.py", "seed": 20250101,
                   "python": sys.version.split()[0], "numpy": np.__version__,
                   "scipy": scipy.__version__, "scikit-learn": sklearn.__version__},
    "proportions": proportions(), "means": means(), "classes": classes(),
    "correlations": correlations(), "forecasts": forecasts(), "linear_fits": linear_fits(),
    "isotonic": isotonic(),
}, sys.stdout, indent=None, separators=(",", ":"))
sys.stdout.write("\n")
