"""Writes small random PEFT adapters for the models in `../goldens`, and what peft computes with them."""

import argparse
import json
import os
import shutil
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path

# Read when transformers is imported.
os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np
import peft
import torch
import transformers as hf
from safetensors.torch import load_file, save_file

HERE = Path(__file__).parent
BASES = HERE.parent / "goldens"
# What an engine could forget has to move the outputs by far more than its error.
VISIBLE = 1e-3
MADE_BY = "overt goldens"


@dataclass(frozen=True)
class Case:
    """One adapter: its base, and how it is configured."""

    name: str
    base: str
    settings: dict
    auto: type = hf.AutoModelForCausalLM


QKV = ["q_proj", "k_proj", "v_proj"]
CASES = [
    Case("llama-plain", "llama", {"r": 3, "lora_alpha": 5, "target_modules": "all-linear"}),
    Case(
        "llama-patterns",
        "llama",
        {
            "r": 4,
            "lora_alpha": 6,
            "use_rslora": True,
            "target_modules": [*QKV, "o_proj", "up_proj"],
            "exclude_modules": ["layers.0.self_attn.k_proj"],
            "rank_pattern": {"layers.1.self_attn.q_proj": 2, "q_proj": 3, "up_proj": 5},
            "alpha_pattern": {"v_proj": 9, "^model.layers.0.mlp.up_proj": 2},
        },
    ),
    Case("llama-dora", "llama", {"r": 3, "lora_alpha": 5, "use_dora": True, "target_modules": "all-linear"}),
    Case("llama-lora-bias", "llama-tied-bias", {"r": 2, "lora_bias": True, "target_modules": [*QKV, "o_proj", "down_proj"]}),
    Case("llama-embeddings", "llama", {"r": 2, "lora_alpha": 3, "target_modules": ["embed_tokens", "lm_head", "q_proj"]}),
    Case("llama-tied-embeddings", "llama-tied-bias", {"r": 2, "lora_alpha": 3, "target_modules": ["embed_tokens", "v_proj"]}),
    Case(
        "llama-saved",
        "llama",
        {"r": 2, "target_modules": ["q_proj"], "modules_to_save": ["lm_head", "embed_tokens", "post_attention_layernorm"]},
    ),
    Case("llama-tied-saved", "llama-tied-bias", {"r": 2, "target_modules": ["q_proj"], "modules_to_save": ["embed_tokens"]}),
    Case("llama-layers", "llama", {"r": 2, "target_modules": QKV, "layers_to_transform": [1], "layers_pattern": "layers"}),
    Case(
        "gpt2-bias-all",
        "gpt2",
        {"r": 3, "target_modules": ["c_attn", "c_proj", "c_fc"], "bias": "all", "fan_in_fan_out": True},
    ),
    Case("gpt2-bias-lora-only", "gpt2", {"r": 3, "target_modules": ["c_attn"], "bias": "lora_only", "fan_in_fan_out": True}),
    Case("gpt2-dora", "gpt2", {"r": 3, "target_modules": ["c_attn", "c_proj"], "use_dora": True, "fan_in_fan_out": True}),
    Case("phi3-regex", "phi3", {"r": 3, "target_modules": r"model\.layers\.[01]\.(self_attn|mlp)\.(qkv|o|gate_up|down)_proj"}),
    Case("gpt_neox-plain", "gpt_neox-parallel", {"r": 3, "target_modules": "all-linear"}),
    Case("bert-mlm-plain", "bert-mlm", {"r": 3, "target_modules": ["query", "value", "dense"]}, hf.AutoModelForMaskedLM),
]


def fill(model: torch.nn.Module, rng: np.random.Generator) -> None:
    """Draws everything that a training could have changed, because a fresh adapter changes nothing."""
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        values = torch.from_numpy(rng.standard_normal(parameter.shape)).float()
        if "lora_magnitude" in name:
            parameter.data.mul_(1 + 0.2 * values)
        elif "lora_" in name:
            parameter.data.copy_(0.3 * values)
        else:
            parameter.data.add_(0.2 * values)


@torch.no_grad()
def run(model: torch.nn.Module, tokens: torch.Tensor) -> torch.Tensor:
    return model(input_ids=tokens).logits


def make(case: Case, out: Path) -> None:
    folder = out / case.name
    shutil.rmtree(folder, ignore_errors=True)
    # numpy's streams are the same on every machine; torch's need not be.
    rng = np.random.default_rng(zlib.crc32(case.name.encode()))
    base = BASES / case.base
    load = lambda: case.auto.from_pretrained(base, dtype=torch.float32, attn_implementation="eager").eval()
    tokens = load_file(base / "expected.safetensors")["tokens"]
    plain = run(load(), tokens)
    model = peft.get_peft_model(load(), peft.LoraConfig(**case.settings)).eval()
    fill(model, rng)
    logits = run(model, tokens)
    moved = (logits - plain).abs().max().item()
    assert moved > VISIBLE, f"{case.name} moves the outputs by {moved:.1e} only"
    model.save_pretrained(folder)
    (folder / "README.md").unlink(missing_ok=True)
    path = folder / "adapter_config.json"
    config = json.loads(path.read_text()) | {"base_model_name_or_path": f"{MADE_BY}/{case.base}"}
    # As peft writes it, but without an order that differs from run to run.
    for key in ("target_modules", "modules_to_save", "exclude_modules"):
        if isinstance(config.get(key), list):
            config[key] = sorted(config[key])
    path.write_text(json.dumps(config, indent=2, sort_keys=False) + "\n")
    again = run(peft.PeftModel.from_pretrained(load(), folder).eval(), tokens)
    assert torch.equal(again, logits), f"{case.name}: the folder holds another adapter"
    save_file({"tokens": tokens, "logits": logits.clone().contiguous()}, folder / "expected.safetensors")
    kilobytes = sum(path.stat().st_size for path in folder.iterdir()) / 1000
    print(f"{case.name}: {kilobytes:.0f} kB, moves logits by {moved:.2g} of {plain.abs().max():.2g}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", help="names of cases; all when none is given")
    parser.add_argument("--out", type=Path, default=HERE, help="the folder to write into")
    args = parser.parse_args()
    # One thread, because the order of a sum decides its last bits.
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    hf.utils.logging.disable_progress_bar()
    hf.utils.logging.set_verbosity_error()
    for case in CASES:
        if not args.cases or case.name in args.cases:
            make(case, args.out)


if __name__ == "__main__":
    main()
