"""What the logits processors of transformers 5.24 make of random logits: expected.json.

    python make.py > expected.json
"""

import json
import random

import torch
from transformers.generation import logits_process as p

draw = random.Random(7)
torch.manual_seed(7)
cases = []
for number in range(60):
    logits = (torch.randn(1, 40) * draw.choice([0.5, 2.0, 5.0])).float()
    before = torch.tensor([[draw.randrange(40) for _ in range(draw.randint(1, 9))]])
    how = {
        "repetition_penalty": draw.choice([1.0, 1.0, 1.2, 0.8]),
        "temperature": draw.choice([0.3, 0.7, 1.0, 1.5]),
        "top_k": draw.choice([None, 1, 5, 20, 100]),
        "top_p": draw.choice([None, 0.3, 0.9, 0.99]),
        "min_p": draw.choice([None, 0.02, 0.2]),
    }
    scores = logits
    if how["repetition_penalty"] != 1.0:
        scores = p.RepetitionPenaltyLogitsProcessor(how["repetition_penalty"])(before, scores)
    if how["temperature"] != 1.0:
        scores = p.TemperatureLogitsWarper(how["temperature"])(before, scores)
    if how["top_k"] is not None:
        scores = p.TopKLogitsWarper(how["top_k"])(before, scores)
    if how["top_p"] is not None:
        scores = p.TopPLogitsWarper(how["top_p"])(before, scores)
    if how["min_p"] is not None:
        scores = p.MinPLogitsWarper(how["min_p"])(before, scores)
    out = [None if v == float("-inf") else v for v in scores[0].tolist()]
    cases.append({"logits": logits[0].tolist(), "before": before[0].tolist(), "how": how, "scores": out})
print(json.dumps(cases))
