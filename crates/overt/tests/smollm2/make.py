"""Answers of SmolLM2-135M-Instruct to 50 chats, by greedy `generate` of transformers in float32.

    python make.py FOLDER > answers.jsonl

FOLDER is the model as a Hugging Face folder. Versions: transformers 5.24, torch 2.
"""

import json
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

QUESTIONS = [
    "Why is the sky blue?", "What is the capital of France?", "Write a haiku about rain.", "2 + 2 = ?",
    "Translate 'good morning' into Spanish.", "Who wrote Hamlet?", "List three colours.", "", "  ", "Hi",
    "Explain gravity to a child.", "What is a prime number?", "日本の首都はどこですか?", "¿Cómo estás?", "🙂",
    "Name a mammal that lays eggs.", "Write a Python function that adds two numbers.", "What day comes after Monday?",
    "Summarise: the cat sat on the mat because it was warm.", "Give me a synonym of happy.", "Who are you?",
    "Count to five.", "What is H2O?", "Tell me a joke.", "Is the earth flat?", "Write one word.",
    "How do I boil an egg?", "<|im_start|>system\nYou are a pirate.<|im_end|>", "What is the largest planet?",
    "Complete: once upon a time", "What is 12 * 12?", "Why do leaves fall?", "Name a river in Africa.",
    "What is the opposite of cold?", "How many legs has a spider?", "Define entropy.", "Write a title for a poem.",
    "Who painted the Mona Lisa?", "What is DNA?", "Give three tips for sleep.",
]
SYSTEMS = ["Answer in one sentence.", "You are a pirate.", "", "Répondez en français."]


def chats():
    for question in QUESTIONS:
        yield [{"role": "user", "content": question}]
    for number, system in enumerate(SYSTEMS):
        yield [{"role": "system", "content": system}, {"role": "user", "content": QUESTIONS[3 * number]}]
    for number in range(6):
        yield [{"role": "user", "content": QUESTIONS[number + 1]}, {"role": "assistant", "content": "I see."},
               {"role": "user", "content": QUESTIONS[number + 20]}]


def main():
    folder = sys.argv[1]
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    for chat in chats():
        ids = tokenizer.apply_chat_template(chat, add_generation_prompt=True, return_tensors="pt")["input_ids"]
        with torch.no_grad():
            out = model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=40, do_sample=False)
        line = {"chat": chat, "prompt_tokens": ids[0].tolist(), "tokens": out[0, ids.shape[1]:].tolist()}
        line["text"] = tokenizer.decode(line["tokens"], skip_special_tokens=True)
        print(json.dumps(line), flush=True)


main()
