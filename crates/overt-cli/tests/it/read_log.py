"""Reads the one log in a folder as Inspect does, and prints what it found as JSON."""

import json
import math
import pathlib
import subprocess
import sys
import tempfile

from inspect_ai.log import list_eval_logs, read_eval_log, read_eval_log_sample_summaries, write_eval_log

folder = sys.argv[1]
[listed] = list_eval_logs(folder)
log = read_eval_log(listed.name)
summaries = read_eval_log_sample_summaries(listed.name)
assert [summary.id for summary in summaries] == [sample.id for sample in log.samples]


def told(score):
    """A value and its reason; JSON of others has no NaN."""
    return ["nan" if math.isnan(score.value) else score.value, score.reason]


def as_text(log):
    """All but the long texts of events, which Inspect stores apart when it writes."""
    scores = [{name: told(score) for name, score in sample.scores.items()} for sample in log.samples]
    samples = [[sample.id, sample.input, sample.metadata, scores] for sample in log.samples]
    head = json.loads(log.model_dump_json(exclude={"location", "etag", "samples"}))
    return json.dumps([head, samples], sort_keys=True)


def inspect(*args):
    """Runs the command line of Inspect, which lies beside its Python."""
    command = [str(pathlib.Path(sys.executable).parent / "inspect"), *args]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


with tempfile.TemporaryDirectory() as scratch:
    again = f"{scratch}/again.eval"
    write_eval_log(log, again)
    same_again = as_text(read_eval_log(again)) == as_text(log)
    dumped = json.loads(inspect("log", "dump", listed.name))
    site = pathlib.Path(scratch) / "site"
    inspect("view", "bundle", "--log-dir", folder, "--output-dir", str(site))
    bundled = (site / "index.html").exists() and len(list((site / "logs").glob("*.eval"))) == 1

print(
    json.dumps(
        {
            "status": log.status,
            "created": log.eval.created,
            "task": log.eval.task,
            "listed": listed.task,
            "trust_content": log.eval.viewer.trust_content,
            "same_again": same_again,
            "dumped": [s["id"] for s in dumped["samples"]] == [s.id for s in log.samples],
            "bundled": bundled,
            "unscored": {score.name: score.unscored_samples for score in log.results.scores},
            "samples": {s.id: {k: told(v) for k, v in s.scores.items()} for s in log.samples},
        }
    )
)
