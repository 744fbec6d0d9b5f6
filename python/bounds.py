"""How far exact bounds of the verifiers in Python and JavaScript are from scipy's: `python3 python/bounds.py [SEED]`.

Needs scipy and node. One-sided Clopper-Pearson bounds, counts up to 10^9; exit code 3 where they are off by over 1e-9.
"""
import json
import pathlib
import random
import subprocess
import sys
import tempfile

from scipy.stats import beta

from verify import lower, upper

VERIFIER = pathlib.Path(__file__).parent.parent / "web" / "verify.js"
BOUND = 1e-9
SCRIPT = """
import { readFileSync } from "node:fs";
const asked = JSON.parse(readFileSync(0));
console.log(JSON.stringify(asked.map(([k, n, alpha]) => [lowerBound(k, n, alpha), upperBound(k, n, alpha)])));
"""


def questions(seed):
    draw = random.Random(seed)
    for size in (1, 2, 10, 100, 3_000, 10**6, 10**9):
        for alpha in (0.5, 0.1, 0.05, 0.025, 0.01, 0.0005):
            for share in (0, 1e-3, 0.04, 0.5, 0.97, 1):
                n = size if size < 10 else draw.randrange(size // 2, size + 1)
                yield min(n, round(share * n) + draw.randrange(2)), n, alpha


def of_scipy(k, n, alpha):
    return beta.ppf(alpha, k, n - k + 1) if k else 0.0, beta.isf(alpha, k + 1, n - k) if k < n else 1.0


def of_javascript(asked):
    with tempfile.TemporaryDirectory() as folder:
        script = pathlib.Path(folder) / "bounds.mjs"
        script.write_text(VERIFIER.read_text() + SCRIPT)
        told = subprocess.run(["node", script], input=json.dumps(asked), capture_output=True, text=True, check=True)
    return json.loads(told.stdout)


def main():
    asked = list(questions(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
    expected = [of_scipy(*question) for question in asked]
    python = [(lower(*question), upper(*question)) for question in asked]
    worst = 0.0
    for name, found in (("Python", python), ("JavaScript", of_javascript(asked))):
        off = max(abs(a - b) for pair in zip(found, expected) for a, b in zip(*pair))
        print(f"{name}: {len(asked)} questions, off by at most {off:.1e}")
        worst = max(worst, off)
    sys.exit(0 if worst < BOUND else 3)


if __name__ == "__main__":
    main()
