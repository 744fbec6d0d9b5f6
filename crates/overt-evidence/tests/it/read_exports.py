"""Reads an export from standard input with the programs that its format is made for."""

import json
import sys

import yaml


def in_toto(text):
    from google.protobuf import json_format
    from in_toto_attestation.predicates.test_result.v0 import test_result_pb2
    from in_toto_attestation.v1 import statement_pb2
    from in_toto_attestation.v1.statement import Statement

    read = json_format.Parse(text, statement_pb2.Statement())
    Statement.copy_from_pb(read).validate()
    predicate = json.dumps(json.loads(text)["predicate"])
    # Fields that the predicate does not know are an error.
    result = json_format.Parse(predicate, test_result_pb2.TestResult())
    assert result.result in ("PASSED", "FAILED"), result.result
    assert len(result.configuration) >= 2
    assert len(result.passed_tests) + len(result.failed_tests) >= 4


def model_card(text):
    from huggingface_hub import ModelCard

    card = ModelCard(text)
    front = card.data.to_dict()
    results = card.data.eval_results or []
    for result in results:
        args = result.metric_args
        assert f"{result.metric_value:.6f}" == args["estimate"], args
        assert {"lower", "upper", "level", "n", "estimator", "basis"} <= set(args), args
    assert len(front["overt"]["questions"]) >= 4
    # Written again by that program, it says the same.
    again = yaml.safe_load(text.split("\n---\n")[0].removeprefix("---\n"))
    assert again["overt"] == front["overt"]


def gsn(text):
    read = yaml.safe_load(text)
    assert all(isinstance(element["text"], str) for element in read.values())


def parsed(text):
    json.loads(text)


text = sys.stdin.buffer.read().decode()
{"in-toto": in_toto, "model-card": model_card, "gsn": gsn}.get(sys.argv[1], parsed)(text)
