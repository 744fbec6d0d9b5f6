"""Times Hugging Face transformers and TransformerLens on a model of the shape of GPT-2 small with random weights."""

import argparse
import ctypes
import json
import os
import statistics
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

# Read when the libraries are imported.
os.environ |= {"HF_HUB_OFFLINE": "1", "TQDM_DISABLE": "1"}

import numpy as np
import torch
from transformers import AutoModelForCausalLM, GPT2Config, GPT2LMHeadModel
from transformers.utils import logging

SEED = 7
LAYERS, POSITIONS = 12, 16
ENGINES = ("transformers", "transformer-lens")


# --- Model and inputs -------------------------------------------------------------------------------------------------


def prepare(work: Path) -> None:
    if not (work / "model" / "model.safetensors").exists():
        write_model(work / "model")
    (work / "tokens.json").write_text(json.dumps(draw_inputs(), indent=1) + "\n")


@torch.no_grad()
def write_model(folder: Path) -> None:
    """The defaults of `GPT2Config` are GPT-2 small: 12 layers, 12 heads, 768 wide, 50257 tokens, 1024 positions."""
    model = GPT2LMHeadModel(GPT2Config())
    rng = np.random.default_rng(SEED)
    for name, parameter in sorted(model.named_parameters()):
        noise = torch.from_numpy(rng.standard_normal(parameter.shape, dtype=np.float32))
        parameter.copy_(mean(name) + spread(name, parameter) * noise)
    model.save_pretrained(folder)


def mean(name: str) -> float:
    return 1.0 if ".ln_" in name and name.endswith("weight") else 0.0


def spread(name: str, parameter: torch.Tensor) -> float:
    """As initialised, attention would be flat and every patch the same."""
    if parameter.dim() == 1:
        return 0.1
    return 0.05 if "wte" in name or "wpe" in name else parameter.shape[0] ** -0.5


def draw_inputs() -> dict:
    rng = np.random.default_rng(SEED + 1)

    def draw(*shape: int) -> list:
        return rng.integers(0, 50257, shape).tolist()

    answer, other = draw(2)
    patch = {"clean": draw(POSITIONS), "corrupted": draw(POSITIONS), "answer": answer, "other": other}
    return {"8x128": draw(8, 128), "1x16": draw(1, 16), "patch": patch}


def read_inputs(work: Path) -> dict:
    return json.loads((work / "tokens.json").read_text())


def load(work: Path, attention: str) -> torch.nn.Module:
    return AutoModelForCausalLM.from_pretrained(work / "model", attn_implementation=attention).eval()


# --- Clock and memory -------------------------------------------------------------------------------------------------


class Meter:
    """Seconds and peak growth of resident memory, by variant."""

    def __init__(self) -> None:
        self.variants = {}

    def measure(self, variant: str, action: Callable) -> object:
        before = reset_peak()
        start = time.perf_counter()
        result = action()
        self.add(variant, time.perf_counter() - start, peak() - before)
        return result

    def add(self, variant: str, seconds: float, peak_bytes: int) -> None:
        kept = self.variants.setdefault(variant, {"seconds": [], "peak_bytes": []})
        kept["seconds"].append(seconds)
        kept["peak_bytes"].append(peak_bytes)


def reset_peak() -> int:
    """Forgets the peak of this process, and returns what is resident now."""
    # What was freed but not given back would hide growth.
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")
    return status("VmRSS")


def peak() -> int:
    return status("VmHWM")


def status(field: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{field}:"))


# --- Questions --------------------------------------------------------------------------------------------------------


def forward(work: Path, runs: int, shape: str) -> dict:
    """Logits of every position, by both attentions in turn."""
    tokens = torch.tensor(read_inputs(work)[shape])
    model, meter = load(work, "eager"), Meter()
    for turn in range(runs + 1):
        for attention in ("eager", "sdpa"):
            model.set_attn_implementation(attention)
            # The first turn warms up.
            (meter if turn else Meter()).measure(attention, lambda: model(tokens, use_cache=False).logits)
    return {"engine": "transformers", "variants": meter.variants}


def load_once(work: Path, runs: int) -> dict:
    """One load, because only a fresh process has its memory still to grow; `runs` are rounds of the caller."""
    del runs
    tokens = torch.tensor(read_inputs(work)["1x16"])
    # In the page cache before the clock starts.
    (work / "model" / "model.safetensors").read_bytes()
    meter, before, start = Meter(), reset_peak(), time.perf_counter()
    model = load(work, "sdpa")
    meter.add("load", time.perf_counter() - start, peak() - before)
    # A loader that only maps the file pays when the weights are first read.
    model(tokens, use_cache=False)
    meter.add("load and first logits", time.perf_counter() - start, peak() - before)
    return {"engine": "transformers", "variants": meter.variants}


def patch(work: Path, runs: int) -> dict:
    """Every layer's stream before the block, at every position of the corrupted prompt, taken from the clean one."""
    from transformer_lens import patching

    inputs = read_inputs(work)["patch"]
    clean, corrupted = torch.tensor([inputs["clean"]]), torch.tensor([inputs["corrupted"]])
    model, meter = bridge(work), Meter()

    def difference(logits: torch.Tensor) -> torch.Tensor:
        return logits[0, -1, inputs["answer"]] - logits[0, -1, inputs["other"]]

    def sweep() -> torch.Tensor:
        _, cache = model.run_with_cache(clean)
        return patching.get_act_patch_resid_pre(model, corrupted, cache, difference)

    ends = {"clean": difference(model(clean)).item(), "corrupted": difference(model(corrupted)).item()}
    for _ in range(runs):
        grid = meter.measure("resid_pre", sweep)
    assert grid.shape == (LAYERS, POSITIONS)
    return {"engine": "transformer-lens", "variants": meter.variants, "grid": grid.tolist(), "difference": ends}


def cache(work: Path, runs: int) -> dict:
    """A plain run, and one that keeps every activation."""
    tokens = torch.tensor(read_inputs(work)["8x128"])
    model, meter = bridge(work), Meter()
    for turn in range(runs + 1):
        # The first turn warms up.
        kept = meter if turn else Meter()
        kept.measure("plain", lambda: model(tokens))
        kept.measure("cached", lambda: model.run_with_cache(tokens))
    return {"engine": "transformer-lens", "variants": meter.variants}


def bridge(work: Path) -> torch.nn.Module:
    from transformer_lens import TransformerBridge

    return TransformerBridge.boot_transformers(str(work / "model"), hf_model=load(work, "eager"), device="cpu")


QUESTIONS = {
    "forward-8x128": lambda work, runs: forward(work, runs, "8x128"),
    "forward-1x16": lambda work, runs: forward(work, runs, "1x16"),
    "load": load_once,
    "patch": patch,
    "cache-8x128": cache,
}


def ask(question: str, work: Path, threads: int, runs: int) -> dict:
    torch.set_num_threads(threads)
    torch.set_num_interop_threads(1)
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    with torch.inference_mode():
        answer = QUESTIONS[question](work, runs)
    return {"question": question, "threads": threads, "version": version(answer["engine"])} | answer


# --- Summary ----------------------------------------------------------------------------------------------------------


def summarise(results: list[Path], threads: int) -> dict:
    """All answers to a question by one engine together; `version` may be missing in another engine's."""
    answers = [json.loads(path.read_text()) for path in results]
    versions = {name: version(name) for name in (*ENGINES, "torch")}
    versions |= {answer["engine"]: answer["version"] for answer in answers if "version" in answer}
    table, grids = {}, {}
    for answer in answers:
        engines = table.setdefault(answer["question"], {})
        for variant, measured in answer["variants"].items():
            kept = engines.setdefault(answer["engine"], {}).setdefault(variant, {})
            for unit, values in measured.items():
                kept.setdefault(unit, []).extend(values)
        if answer.get("grid"):
            grids[answer["engine"]] = answer["grid"]
    return {
        "threads": threads,
        "load_average": os.getloadavg(),
        "versions": versions,
        "questions": {question: digest(engines) for question, engines in table.items()},
        "grids": grids,
        "grids_differ_by": grids_differ_by(grids),
    }


def digest(engines: dict) -> dict:
    return {
        engine: {name: {unit: spread_of(values) for unit, values in kept.items()} for name, kept in variants.items()}
        for engine, variants in engines.items()
    }


def spread_of(values: list[float]) -> dict:
    return {"median": statistics.median(values), "min": min(values), "max": max(values), "runs": len(values)}


def grids_differ_by(grids: dict[str, list]) -> float:
    """The largest difference between engines that swept the same patches."""
    stack = np.array(list(grids.values()))
    return float((stack.max(axis=0) - stack.min(axis=0)).max()) if grids else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="the folder of the model and the inputs")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--runs", type=int, default=5, help="timed runs in this process")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("prepare", help="write the model and the inputs, if they are not there")
    verbs.add_parser("ask", help="print one measurement").add_argument("question", choices=QUESTIONS)
    verbs.add_parser("summarise", help="print one table").add_argument("results", type=Path, nargs="+")
    args = parser.parse_args()
    if args.verb == "prepare":
        prepare(args.work)
    elif args.verb == "ask":
        print(json.dumps(ask(args.question, args.work, args.threads, args.runs)))
    else:
        print(json.dumps(summarise(args.results, args.threads), indent=1))


if __name__ == "__main__":
    main()
