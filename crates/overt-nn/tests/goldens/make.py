"""Writes small random language models, and what transformers computes from them, for tests that run offline."""

import argparse
import copy
import json
import os
import re
import shutil
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

# Read when transformers is imported.
os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np
import torch
import transformers as hf
from safetensors.torch import load_file, save_file

HERE = Path(__file__).parent
BATCH, LENGTH, VOCAB = 2, 12, 64
# An engine is compared at about 1e-4, so what it could forget has to move the outputs by far more.
VISIBLE = 1e-3


@dataclass(frozen=True)
class Family:
    """One architecture: its classes, and the modules of a block by their path inside it."""

    config: type
    model: type
    auto: type
    layers: str
    attn: str
    attn_added: str
    mlp: str
    mlp_added: str
    # The module whose input is the stream between attention and MLP; parallel blocks have none.
    reads_mid: str | None
    # The gain of a norm is 1 + weight.
    centred_gain: bool = False
    # The norm stands on the stream itself, so the stream is not a sum of what was added.
    post_norm: bool = False


@dataclass(frozen=True)
class Case:
    """One folder: a model, how it is spelled on disk, and what must matter in it."""

    name: str
    family: Family
    settings: dict
    # Changes of settings, each of which must be visible in the outputs.
    ablations: dict[str, dict] = field(default_factory=dict)
    # Ends of names of parameters that the mathematics makes invisible.
    unseen: tuple[str, ...] = ()
    dtype: torch.dtype = torch.float32
    shard: str | None = None
    padded: bool = False
    old_config: Callable[[dict], dict] | None = None
    old_tensors: Callable[[dict], dict] | None = None


# --- Families ---------------------------------------------------------------------------------------------------------

GPT2 = Family(
    hf.GPT2Config, hf.GPT2LMHeadModel, hf.AutoModelForCausalLM,
    layers="h", attn="attn", attn_added="attn", mlp="mlp", mlp_added="mlp", reads_mid="ln_2",
)
NEOX = Family(
    hf.GPTNeoXConfig, hf.GPTNeoXForCausalLM, hf.AutoModelForCausalLM,
    layers="layers", attn="attention", attn_added="attention", mlp="mlp", mlp_added="mlp", reads_mid=None,
)
NEOX_SEQUENTIAL = replace(NEOX, reads_mid="post_attention_layernorm")
LLAMA = Family(
    hf.LlamaConfig, hf.LlamaForCausalLM, hf.AutoModelForCausalLM,
    layers="layers", attn="self_attn", attn_added="self_attn", mlp="mlp", mlp_added="mlp",
    reads_mid="post_attention_layernorm",
)
MISTRAL = replace(LLAMA, config=hf.MistralConfig, model=hf.MistralForCausalLM)
QWEN2 = replace(LLAMA, config=hf.Qwen2Config, model=hf.Qwen2ForCausalLM)
QWEN3 = replace(LLAMA, config=hf.Qwen3Config, model=hf.Qwen3ForCausalLM)
PHI3 = replace(LLAMA, config=hf.Phi3Config, model=hf.Phi3ForCausalLM)
OLMO2 = replace(
    LLAMA, config=hf.Olmo2Config, model=hf.Olmo2ForCausalLM,
    attn_added="post_attention_layernorm", mlp_added="post_feedforward_layernorm", reads_mid="mlp",
)
GEMMA2 = replace(
    LLAMA, config=hf.Gemma2Config, model=hf.Gemma2ForCausalLM, centred_gain=True,
    attn_added="post_attention_layernorm", mlp_added="post_feedforward_layernorm",
    reads_mid="pre_feedforward_layernorm",
)
GEMMA3 = replace(GEMMA2, config=hf.Gemma3TextConfig, model=hf.Gemma3ForCausalLM)
BERT = Family(
    hf.BertConfig, hf.BertModel, hf.AutoModel, post_norm=True,
    layers="encoder.layer", attn="attention.output.dense", attn_added="attention.output.dense",
    mlp="output.dense", mlp_added="output.dense", reads_mid="intermediate",
)
BERT_MLM = replace(BERT, model=hf.BertForMaskedLM, auto=hf.AutoModelForMaskedLM)


# --- Older spellings --------------------------------------------------------------------------------------------------


def older(config: dict) -> dict:
    return without(config, "dtype", "transformers_version") | {"torch_dtype": config["dtype"]}


def older_rope(config: dict) -> dict:
    """`rope_theta` and `rope_scaling` instead of `rope_parameters`."""
    rope = config["rope_parameters"]
    scaling = {"type": rope["rope_type"], **without(rope, "rope_type", "rope_theta")}
    return older(without(config, "rope_parameters")) | {
        "rope_theta": rope["rope_theta"],
        "rope_scaling": None if scaling["type"] == "default" else scaling,
    }


def older_llama(config: dict) -> dict:
    return older_rope(without(config, "head_dim"))


def older_neox(config: dict) -> dict:
    rope = config["rope_parameters"]
    return older(without(config, "rope_parameters")) | {
        "rotary_pct": rope["partial_rotary_factor"],
        "rotary_emb_base": rope["rope_theta"],
    }


def older_qwen2(config: dict) -> dict:
    return older_rope(without(config, "layer_types"))


def older_gemma2(config: dict) -> dict:
    return older_rope(without(config, "layer_types")) | {"hidden_act": "gelu_pytorch_tanh"}


def older_gemma3(config: dict) -> dict:
    rope = config["rope_parameters"]
    scaling = without(rope["full_attention"], "rope_theta")
    return older(without(config, "rope_parameters", "layer_types", "_sliding_window_pattern")) | {
        "rope_theta": rope["full_attention"]["rope_theta"],
        "rope_local_base_freq": rope["sliding_attention"]["rope_theta"],
        "rope_scaling": scaling,
        "sliding_window_pattern": config["_sliding_window_pattern"],
    }


def older_phi3(config: dict) -> dict:
    rope = config["rope_parameters"]
    scaling = without(rope, "partial_rotary_factor", "original_max_position_embeddings")
    config = older_rope(config | {"rope_parameters": scaling})
    return config | {"partial_rotary_factor": rope["partial_rotary_factor"]}


def without(config: dict, *keys: str) -> dict:
    return {key: value for key, value in config.items() if key not in keys}


def older_gpt2_tensors(tensors: dict) -> dict:
    """Names without the model's prefix, and the causal mask stored as a weight."""
    tensors = {name.removeprefix("transformer."): tensor for name, tensor in tensors.items()}
    context = tensors["wpe.weight"].shape[0]
    mask = torch.ones(1, 1, context, context).tril()
    blocks = {name.split(".")[1] for name in tensors if name.startswith("h.")}
    return tensors | {f"h.{block}.attn.bias": mask.clone() for block in blocks}


def older_neox_tensors(tensors: dict) -> dict:
    """Masks and rotary frequencies stored as weights."""
    blocks = {name.split(".")[2] for name in tensors if name.startswith("gpt_neox.layers.")}
    for block in blocks:
        attention = f"gpt_neox.layers.{block}.attention"
        tensors[f"{attention}.bias"] = torch.ones(1, 1, 64, 64, dtype=torch.bool).tril()
        tensors[f"{attention}.masked_bias"] = torch.tensor(-1e9)
        tensors[f"{attention}.rotary_emb.inv_freq"] = 1.0 / 100.0 ** (torch.arange(0, 4, 2) / 4)
    return tensors


def older_bert_tensors(tensors: dict) -> dict:
    """Gains and offsets of norms by their first names."""
    old = {"LayerNorm.weight": "LayerNorm.gamma", "LayerNorm.bias": "LayerNorm.beta"}
    return {re.sub("LayerNorm.*", lambda end: old[end[0]], name): tensor for name, tensor in tensors.items()}


# --- Cases ------------------------------------------------------------------------------------------------------------

# Epsilons are large: at their usual size a wrong one would not show.
SPECIAL = {"bos_token_id": None, "eos_token_id": None, "pad_token_id": None}
SIZES = SPECIAL | {
    "vocab_size": VOCAB,
    "hidden_size": 24,
    "intermediate_size": 40,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "max_position_embeddings": 64,
}
# A family has one case of full depth; variants whose blocks are all alike need one block.
ONE_BLOCK, TWO_BLOCKS = {"num_hidden_layers": 1}, {"num_hidden_layers": 2}
GPT2_SIZES = SPECIAL | {
    "vocab_size": VOCAB,
    "n_embd": 24,
    "n_layer": 2,
    "n_head": 4,
    "n_positions": 32,
    "layer_norm_epsilon": 0.01,
}
NEOX_SIZES = SIZES | {"hidden_size": 32, "layer_norm_eps": 0.01}
GQA_SIZES = SIZES | {"num_key_value_heads": 2, "rms_norm_eps": 0.01}
ROTARY_SIZES = GQA_SIZES | ONE_BLOCK | {"head_dim": 16}
GEMMA_SIZES = GQA_SIZES | {
    "num_hidden_layers": 3,
    "head_dim": 8,
    "query_pre_attn_scalar": 12,
    "sliding_window": 4,
}
BERT_SIZES = SIZES | {"max_position_embeddings": 32, "layer_norm_eps": 0.01}


def rope(theta: float, kind: str = "default", **scaling: object) -> dict:
    return {"rope_theta": theta, "rope_type": kind, **scaling}


YARN = {"factor": 4.0, "original_max_position_embeddings": 64}
LLAMA3 = {
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 32,
}
LONGROPE = {
    "rope_parameters": rope(100.0, "longrope", short_factor=[1.0, 1.5, 2.0], long_factor=[1.5, 3.0, 6.0])
}
PLAIN_ROPE = {"rope_parameters": rope(100.0)}
OTHER_THETA = {"rope_parameters": rope(10000.0)}
GEMMA3_ROPE = {
    "sliding_attention": rope(10.0),
    "full_attention": rope(1000.0, "linear", factor=4.0),
}
GEMMA3_SETTINGS = GEMMA_SIZES | {"sliding_window_pattern": 3, "rope_parameters": GEMMA3_ROPE}

CASES = [
    Case("gpt2", GPT2, GPT2_SIZES, ablations={"exact GELU": {"activation_function": "gelu"}}),
    Case(
        "gpt2-inner", GPT2,
        GPT2_SIZES | {"n_inner": 40, "activation_function": "gelu", "scale_attn_by_inverse_layer_idx": True},
        ablations={
            "scale by layer": {"scale_attn_by_inverse_layer_idx": False},
            "GELU by tanh": {"activation_function": "gelu_new"},
        },
    ),
    Case(
        "gpt2-old", GPT2, GPT2_SIZES | {"n_layer": 1, "scale_attn_weights": False},
        old_config=older, old_tensors=older_gpt2_tensors,
        ablations={"scale": {"scale_attn_weights": True}},
    ),
    Case(
        "gpt_neox-parallel", NEOX,
        NEOX_SIZES | {"num_attention_heads": 2, "rope_parameters": rope(100.0, partial_rotary_factor=0.25)},
        ablations={
            "sequential": {"use_parallel_residual": False},
            "theta": {"rope_parameters": rope(10000.0, partial_rotary_factor=0.25)},
            "rotary share": {"rope_parameters": rope(100.0, partial_rotary_factor=0.5)},
        },
    ),
    Case(
        "gpt_neox-sequential", NEOX_SEQUENTIAL,
        NEOX_SIZES | ONE_BLOCK | {
            "use_parallel_residual": False, "rope_parameters": rope(100.0, partial_rotary_factor=1.0),
        },
        ablations={"parallel": {"use_parallel_residual": True}},
    ),
    Case(
        "gpt_neox-old", NEOX, NEOX_SIZES | ONE_BLOCK | {"rope_parameters": rope(100.0, partial_rotary_factor=0.5)},
        old_config=older_neox, old_tensors=older_neox_tensors,
        ablations={"rotary share": {"rope_parameters": rope(100.0, partial_rotary_factor=0.25)}},
    ),
    Case("llama", LLAMA, GQA_SIZES | PLAIN_ROPE, ablations={"theta": OTHER_THETA}),
    Case(
        "llama-tied-bias", LLAMA,
        GQA_SIZES | ONE_BLOCK | PLAIN_ROPE | {
            "tie_word_embeddings": True, "attention_bias": True, "mlp_bias": True, "hidden_act": "gelu_pytorch_tanh",
        },
        ablations={"activation": {"hidden_act": "silu"}},
    ),
    Case(
        "llama-rope-llama3", LLAMA, ROTARY_SIZES | {"rope_parameters": rope(100.0, "llama3", **LLAMA3)},
        ablations={"no scaling": PLAIN_ROPE},
    ),
    Case(
        "llama-rope-linear-old", LLAMA, GQA_SIZES | ONE_BLOCK | {"rope_parameters": rope(100.0, "linear", factor=2.0)},
        old_config=older_llama, ablations={"no scaling": PLAIN_ROPE},
    ),
    Case(
        "llama-rope-yarn", LLAMA,
        ROTARY_SIZES | {"max_position_embeddings": 256, "rope_parameters": rope(100.0, "yarn", **YARN)},
        ablations={
            "no scaling": PLAIN_ROPE,
            "no attention factor": {"rope_parameters": rope(100.0, "yarn", attention_factor=1.0, **YARN)},
            "not truncated": {"rope_parameters": rope(100.0, "yarn", truncate=False, **YARN)},
        },
    ),
    Case(
        "llama-rope-yarn-mscale", LLAMA,
        ROTARY_SIZES | {
            "max_position_embeddings": 256,
            "rope_parameters": rope(
                100.0, "yarn", mscale=2.0, mscale_all_dim=0.5, beta_fast=4.0, beta_slow=1.5, truncate=False, **YARN
            ),
        },
        ablations={
            "one mscale": {
                "rope_parameters": rope(
                    100.0, "yarn", mscale=2.0, beta_fast=4.0, beta_slow=1.5, truncate=False, **YARN
                )
            },
            "usual betas": {
                "rope_parameters": rope(100.0, "yarn", mscale=2.0, mscale_all_dim=0.5, truncate=False, **YARN)
            },
        },
    ),
    Case(
        "llama-old", LLAMA, GQA_SIZES | ONE_BLOCK | PLAIN_ROPE, old_config=older_llama,
        ablations={"theta": OTHER_THETA},
    ),
    Case("llama-sharded", LLAMA, GQA_SIZES | PLAIN_ROPE, shard="24KB"),
    Case("llama-bf16", LLAMA, GQA_SIZES | ONE_BLOCK | PLAIN_ROPE, dtype=torch.bfloat16),
    Case("llama-f16", LLAMA, GQA_SIZES | ONE_BLOCK | PLAIN_ROPE, dtype=torch.float16),
    Case(
        "mistral", MISTRAL, GQA_SIZES | PLAIN_ROPE | {"sliding_window": 5},
        ablations={"window less one": {"sliding_window": 4}, "no window": {"sliding_window": None}},
    ),
    Case("qwen2", QWEN2, GQA_SIZES | PLAIN_ROPE, ablations={"theta": OTHER_THETA}),
    Case(
        "qwen2-window-old", QWEN2,
        GQA_SIZES | PLAIN_ROPE | {"use_sliding_window": True, "sliding_window": 4, "max_window_layers": 1},
        old_config=older_qwen2,
        ablations={"no window": {"use_sliding_window": False}, "every layer": {"max_window_layers": 0}},
    ),
    Case("qwen3", QWEN3, GQA_SIZES | PLAIN_ROPE | {"head_dim": 8}, ablations={"theta": OTHER_THETA}),
    Case(
        "qwen3-window", QWEN3,
        GQA_SIZES | PLAIN_ROPE | {
            "head_dim": 8, "attention_bias": True, "use_sliding_window": True, "sliding_window": 4,
            "layer_types": ["sliding_attention", "full_attention"],
        },
        ablations={"other layer": {"layer_types": ["full_attention", "sliding_attention"]}},
    ),
    Case(
        "gemma2", GEMMA2,
        GEMMA_SIZES | PLAIN_ROPE | {"attn_logit_softcapping": 2.0, "final_logit_softcapping": 3.0},
        ablations={
            "no attention cap": {"attn_logit_softcapping": None},
            "no final cap": {"final_logit_softcapping": None},
            "scale": {"query_pre_attn_scalar": 8},
            "window less one": {"sliding_window": 3},
            "other layers": {"layer_types": ["full_attention", "sliding_attention", "full_attention"]},
        },
    ),
    Case(
        "gemma2-old", GEMMA2,
        GEMMA_SIZES | TWO_BLOCKS | PLAIN_ROPE | {"attn_logit_softcapping": 2.0, "final_logit_softcapping": None},
        old_config=older_gemma2,
        ablations={"no window": {"sliding_window": 64}, "no attention cap": {"attn_logit_softcapping": None}},
    ),
    Case(
        "gemma3", GEMMA3, GEMMA3_SETTINGS,
        ablations={
            "theta of local layers": {"rope_parameters": GEMMA3_ROPE | {"sliding_attention": rope(1000.0)}},
            "no scaling": {"rope_parameters": GEMMA3_ROPE | {"full_attention": rope(1000.0)}},
            "window less one": {"sliding_window": 3},
            "pattern": {"sliding_window_pattern": 2},
            "final cap": {"final_logit_softcapping": 3.0},
        },
    ),
    Case(
        "gemma3-old", GEMMA3,
        GEMMA3_SETTINGS | TWO_BLOCKS | {"sliding_window_pattern": 2, "final_logit_softcapping": 3.0},
        old_config=older_gemma3,
        ablations={"no final cap": {"final_logit_softcapping": None}},
    ),
    Case(
        "phi3", PHI3, GQA_SIZES | PLAIN_ROPE | {"sliding_window": 5},
        ablations={"no window": {"sliding_window": None}},
    ),
    Case(
        "phi3-partial-old", PHI3,
        GQA_SIZES | ONE_BLOCK | {"hidden_size": 32, "rope_parameters": rope(100.0, partial_rotary_factor=0.5)},
        old_config=older_phi3,
        ablations={"rotary share": {"rope_parameters": rope(100.0, partial_rotary_factor=1.0)}},
    ),
    Case(
        "phi3-longrope-old", PHI3,
        GQA_SIZES | ONE_BLOCK | LONGROPE | {"original_max_position_embeddings": 8},
        old_config=older_phi3,
        ablations={
            "short factors": {"original_max_position_embeddings": 12},
            "other length": {"max_position_embeddings": 16},
        },
    ),
    Case(
        "phi3-longrope-short", PHI3,
        GQA_SIZES | ONE_BLOCK | LONGROPE | {"original_max_position_embeddings": 16},
        ablations={"no scaling": PLAIN_ROPE},
    ),
    Case("olmo2", OLMO2, GQA_SIZES | PLAIN_ROPE, ablations={"theta": OTHER_THETA}),
    Case("bert-mlm", BERT_MLM, BERT_SIZES, unseen=("key.bias",)),
    Case(
        "bert-mlm-old", BERT_MLM, BERT_SIZES | ONE_BLOCK, old_config=older, old_tensors=older_bert_tensors,
        unseen=("key.bias",),
    ),
    Case("bert", BERT, BERT_SIZES | ONE_BLOCK | {"hidden_act": "relu"}, unseen=("key.bias",)),
    Case("bert-padded", BERT_MLM, BERT_SIZES | ONE_BLOCK, padded=True, unseen=("key.bias",)),
]


# --- Models -----------------------------------------------------------------------------------------------------------


def build(case: Case, **changes: object) -> torch.nn.Module:
    # Copied, because a configuration writes defaults into the tables that it is given.
    config = case.family.config(**copy.deepcopy(case.settings | changes))
    config._attn_implementation = "eager"
    return case.family.model(config).eval()


@torch.no_grad()
def fill(model: torch.nn.Module, case: Case, rng: np.random.Generator) -> None:
    """Draws every parameter anew: as initialised, biases and gains would be invisible."""
    for name, parameter in sorted(model.named_parameters()):
        noise = torch.from_numpy(rng.standard_normal(parameter.shape, dtype=np.float32))
        value = neutral(model, name, case) + spread(model, name) * noise
        # Rounded before anything is computed, so that the file holds exactly these numbers.
        parameter.copy_(value.to(case.dtype).to(torch.float32))


def neutral(model: torch.nn.Module, name: str, case: Case) -> float:
    """What the parameter would be if the model did not have it."""
    return 1.0 if is_gain(model, name) and not case.family.centred_gain else 0.0


def spread(model: torch.nn.Module, name: str) -> float:
    owner, parameter = owner_of(model, name), model.get_parameter(name)
    if is_gain(model, name):
        return 0.2
    if parameter.dim() == 1:
        return 0.1
    if isinstance(owner, torch.nn.Embedding):
        return 0.3
    fan_in = parameter.shape[0] if isinstance(owner, hf.pytorch_utils.Conv1D) else parameter.shape[1]
    return fan_in**-0.5


def is_gain(model: torch.nn.Module, name: str) -> bool:
    return "Norm" in type(owner_of(model, name)).__name__ and name.endswith("weight")


def owner_of(model: torch.nn.Module, name: str) -> torch.nn.Module:
    return model.get_submodule(name.rpartition(".")[0])


@torch.no_grad()
def run(model: torch.nn.Module, inputs: dict) -> dict[str, torch.Tensor]:
    """Outputs by name; of the attentions, one pattern for each block."""
    got = model(input_ids=inputs["tokens"], attention_mask=inputs.get("mask"), output_attentions=True, use_cache=False)
    outputs = {name: got[name] for name in ("logits", "last_hidden_state", "pooler_output") if name in got}
    patterns = {f"blocks.{block}.attn.pattern": pattern for block, pattern in enumerate(got.attentions)}
    return outputs | patterns


def draw_inputs(case: Case, rng: np.random.Generator) -> dict[str, torch.Tensor]:
    inputs = {"tokens": torch.from_numpy(rng.integers(0, VOCAB, (BATCH, LENGTH)))}
    if case.padded:
        inputs["mask"] = torch.ones(BATCH, LENGTH, dtype=torch.int64)
        inputs["mask"][0, 7:] = 0
        inputs["mask"][1, 10:] = 0
    return inputs


# --- Sites ------------------------------------------------------------------------------------------------------------


def watch(model: torch.nn.Module, family: Family) -> dict[str, torch.Tensor]:
    """A table that every run fills with the sites of every block."""
    sites = {}
    for block, layer in enumerate(blocks_of(model, family)):
        watch_block(layer, family, f"blocks.{block}", sites)
    return sites


def watch_block(layer: torch.nn.Module, family: Family, prefix: str, sites: dict) -> None:
    def entering(name: str) -> Callable:
        return lambda _, args: sites.update({f"{prefix}.{name}": args[0]})

    def leaving(name: str) -> Callable:
        return lambda _, __, output: sites.update({f"{prefix}.{name}": first(output)})

    layer.register_forward_pre_hook(entering("resid_pre"))
    layer.register_forward_hook(leaving("resid_post"))
    if family.reads_mid:
        layer.get_submodule(family.reads_mid).register_forward_pre_hook(entering("resid_mid"))
    parts = {
        "attn.out": family.attn,
        "attn.added": family.attn_added,
        "mlp.out": family.mlp,
        "mlp.added": family.mlp_added,
    }
    for name, path in parts.items():
        layer.get_submodule(path).register_forward_hook(leaving(name))


def first(output: torch.Tensor | tuple) -> torch.Tensor:
    return output[0] if isinstance(output, tuple) else output


def blocks_of(model: torch.nn.Module, family: Family) -> torch.nn.ModuleList:
    return getattr(model, model.base_model_prefix, model).get_submodule(family.layers)


def check_stream(sites: dict, family: Family, block: int) -> None:
    """The sites are what they are called: the stream is the sum of what was added to it."""
    if family.post_norm:
        return
    at = {name.removeprefix(f"blocks.{block}."): value for name, value in sites.items()}
    after_attn = at["resid_pre"] + at["attn.added"]
    torch.testing.assert_close(after_attn + at["mlp.added"], at["resid_post"])
    if family.reads_mid:
        torch.testing.assert_close(after_attn, at["resid_mid"])


# --- Checks that what is written can be seen --------------------------------------------------------------------------


def difference(left: dict, right: dict) -> float:
    """The largest difference between outputs, patterns aside."""
    return max((left[name] - right[name]).abs().max().item() for name in left if "pattern" not in name)


def check_parameters(model: torch.nn.Module, case: Case, inputs: dict, outputs: dict) -> tuple[float, str]:
    """Takes each parameter away in turn, and returns the one that was missed least."""
    effects = {}
    for name, parameter in model.named_parameters():
        kept = parameter.detach().clone()
        parameter.data.fill_(neutral(model, name, case))
        effects[name] = difference(outputs, run(model, inputs))
        parameter.data.copy_(kept)
    invisible = {name for name, effect in effects.items() if effect < VISIBLE}
    expected = {name for name in effects if name.endswith(case.unseen)}
    assert invisible == expected, f"{case.name}: not visible in the outputs: {sorted(invisible ^ expected)}"
    return min((effect, name) for name, effect in effects.items() if name not in invisible)


def check_ablations(model: torch.nn.Module, case: Case, inputs: dict, outputs: dict) -> dict[str, float]:
    """Changes each setting in turn, with the same weights."""
    epsilon = {key: 1e-6 for key in case.settings if "norm_eps" in key}
    effects = {}
    for name, changes in ({"epsilon": epsilon} | case.ablations).items():
        other = build(case, **changes)
        other.load_state_dict(model.state_dict())
        effects[name] = difference(outputs, run(other, inputs))
        assert effects[name] > VISIBLE, f"{case.name}: {name} moves the outputs by {effects[name]:.1e} only"
    return effects


def check_folder(folder: Path, case: Case, inputs: dict, outputs: dict) -> None:
    """What stands in the folder is the model that was run, in whichever spelling."""
    model = case.family.auto.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    assert type(model) is case.family.model, f"{case.name}: loaded as {type(model)}"
    assert difference(outputs, run(model, inputs)) == 0.0, f"{case.name}: the folder holds another model"


# --- Files ------------------------------------------------------------------------------------------------------------


def write_model(folder: Path, model: torch.nn.Module, case: Case) -> None:
    sharding = {"max_shard_size": case.shard} if case.shard else {}
    model.to(case.dtype).save_pretrained(folder, **sharding)
    model.to(torch.float32)
    (folder / "generation_config.json").unlink(missing_ok=True)
    if case.old_config:
        path = folder / "config.json"
        config = case.old_config(json.loads(path.read_text()))
        path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    if case.old_tensors:
        path = folder / "model.safetensors"
        save_file(case.old_tensors(load_file(path)), path, metadata={"format": "pt"})


def write_expected(folder: Path, tensors: dict[str, torch.Tensor]) -> None:
    save_file({name: tensor.clone().contiguous() for name, tensor in tensors.items()}, folder / "expected.safetensors")


def make(case: Case, out: Path) -> None:
    folder = out / case.name
    shutil.rmtree(folder, ignore_errors=True)
    # numpy's streams are the same on every machine; torch's need not be.
    rng = np.random.default_rng(zlib.crc32(case.name.encode()))
    inputs = draw_inputs(case, rng)
    model = build(case)
    fill(model, case, rng)
    sites = watch(model, case.family)
    outputs = run(model, inputs)
    for block in range(len(blocks_of(model, case.family))):
        check_stream(sites, case.family, block)
    folder.mkdir(parents=True)
    expected = inputs | outputs | sites
    if case.family.post_norm:
        # A model with a head keeps it to itself.
        expected["last_hidden_state"] = expected[f"blocks.{block}.resid_post"]
    write_expected(folder, expected)
    write_model(folder, model, case)
    check_folder(folder, case, inputs, outputs)
    least, name = check_parameters(model, case, inputs, outputs)
    report(case, folder, outputs, f"{name} {least:.2g}", check_ablations(model, case, inputs, outputs))


def report(case: Case, folder: Path, outputs: dict, least: str, ablations: dict[str, float]) -> None:
    kilobytes = sum(path.stat().st_size for path in folder.iterdir()) / 1000
    main = outputs.get("logits", outputs.get("last_hidden_state"))
    moved = ", ".join(f"{name} {effect:.2g}" for name, effect in ablations.items())
    print(f"{case.name}: {kilobytes:.0f} kB, spread {main.std():.2f}, least missed {least}; {moved}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", help="names of cases; all when none is given")
    parser.add_argument("--out", type=Path, default=HERE, help="the folder to write into")
    args = parser.parse_args()
    # One thread, because the order of a sum decides its last bits.
    torch.set_num_threads(1)
    hf.utils.logging.disable_progress_bar()
    hf.utils.logging.set_verbosity_error()
    for case in CASES:
        if not args.cases or case.name in args.cases:
            make(case, args.out)


if __name__ == "__main__":
    main()
