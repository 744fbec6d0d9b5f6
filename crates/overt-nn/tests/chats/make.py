"""Makes what the tests of chat templates compare with, by the renderer of transformers.

    python make.py                      # conversations.jsonl, expected.json: templates of our own
    python make.py public FOLDER        # public.json: digests for templates of others, which lie in FOLDER

The versions are those of requirements.txt beside the other goldens. Special tokens and the date are fixed below;
the test uses the same.
"""

import hashlib
import json
import random
import sys
from datetime import datetime
from pathlib import Path

from transformers.utils import chat_template_utils as renderer

HERE = Path(__file__).parent
SPECIAL = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}


class Fixed(datetime):
    """The date that templates are told."""

    @classmethod
    def now(cls, tz=None):
        return cls(2024, 7, 26, 9, 30)


renderer.datetime = Fixed

WORDS = [
    "hello", "sky", "Why is the sky blue?", "  spaces around  ", "\n\nlines\n\n", "\ttab\t", "",
    "naïve café", "日本語のテキスト", "🙂👩‍👩‍👧", "e\u0301", "\u00a0nbsp\u00a0", "\u200bzero", "\u2028line\u2029",
    "مرحبا", "<b>&amp;\"quoted\" 'single'</b>", "{{ braces }} {% raw %}", "<|im_end|>", "back\\slash \\n",
    "\x1c\x1fseparators\x1f", "tab\x0bvertical\x0c", "<think>\nhidden\n</think>\n\nshown", "a" * 300,
    "</think>only the end", "1. one\n2. two\n", "$x^2$", "\r\nwindows\r\n", "[INST] not really [/INST]",
    "/no_think please", "null", "\x7f\x85", "ﬁ ligature", "ẞ", "İ",
]

TOOLS = [
    {"type": "function", "function": {"name": "get_weather", "description": "The weather \"now\" in a town",
     "parameters": {"type": "object", "properties": {
         "town": {"type": "string", "description": "The town's name, e.g. Zürich"},
         "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
         "days": {"type": "integer", "default": 1}}, "required": ["town"]}}},
    {"type": "function", "function": {"name": "add", "description": "Adds", "parameters": {
        "type": "object", "properties": {"a": {"type": "number"}, "b": {"type": ["number", "null"]},
        "list": {"type": "array", "items": {"type": "object", "properties": {"x": {"type": "boolean"}}}}},
        "required": ["a", "b"]}, "return": {"type": "number", "description": "the sum"}}},
    {"type": "function", "function": {"name": "stop", "description": "", "parameters":
        {"type": "object", "properties": {}}}},
]
ARGUMENTS = [
    {"town": "Zürich", "unit": "celsius"}, {"a": 1, "b": 2.5}, {}, {"list": [1, None, True, {"x": "y"}]},
    {"text": "<a> & 'b' \"c\"", "n": -0.0, "big": 1e20, "small": 1e-7}, {"days": 12345678901234567890},
]


def parts(draw, text):
    return [{"type": "text", "text": text}] if draw.random() < 0.5 else [
        {"type": "text", "text": text}, {"type": "text", "text": draw.choice(WORDS)}]


def conversation(draw, number):
    chat = {"messages": []}
    messages = chat["messages"]
    kind = number % 10
    if draw.random() < 0.5:
        messages.append({"role": "system", "content": draw.choice(WORDS)})
    if kind in (3, 4, 5):
        chat["tools"] = draw.sample(TOOLS, draw.randint(1, 3))
    for turn in range(draw.randint(1, 4)):
        text = draw.choice(WORDS) + draw.choice(["", " ", "\n"]) + draw.choice(WORDS)
        messages.append({"role": "user", "content": parts(draw, text) if kind == 6 else text})
        if kind in (3, 4, 5) and draw.random() < 0.7:
            calls = [{"type": "function", "id": f"call{turn}abcd{i}", "function": {
                "name": draw.choice(["get_weather", "add"]), "arguments": draw.choice(ARGUMENTS)}}
                for i in range(draw.randint(1, 2))]
            if kind == 5:
                for call in calls:
                    call["function"]["arguments"] = json.dumps(call["function"]["arguments"])
            message = {"role": "assistant", "tool_calls": calls}
            message["content"] = draw.choice(["", None, draw.choice(WORDS)])
            if kind == 4 and message["content"] is None:
                del message["content"]
            messages.append(message)
            for call in calls:
                messages.append({"role": "tool", "name": call["function"]["name"], "tool_call_id": call["id"],
                                 "content": draw.choice(["22", '{"sum": 3.5}', "", draw.choice(WORDS)])})
        message = {"role": "assistant", "content": draw.choice(WORDS)}
        if kind == 7:
            message[draw.choice(["reasoning_content", "thinking"])] = draw.choice(WORDS)
        messages.append(message)
    if draw.random() < 0.8:
        messages.pop()
    elif draw.random() < 0.5 and messages[-1]["content"].strip():
        chat["continue_final_message"] = True
    if kind == 8:
        chat["add_generation_prompt"] = False
        chat.pop("continue_final_message", None)
    if kind == 9:
        chat["enable_thinking"] = draw.random() < 0.5
        chat["documents"] = [{"title": "One", "text": draw.choice(WORDS)}, {"title": "Two", "text": "b"}]
    if not messages:
        messages.append({"role": "user", "content": ""})
    return chat


def render(source, chat):
    chat = dict(chat)
    messages = renderer._normalize_chat_messages(chat.pop("messages"))
    continued = chat.pop("continue_final_message", False)
    prompt = chat.pop("add_generation_prompt", True) and not continued
    try:
        rendered, _ = renderer.render_jinja_template(
            [messages], tools=chat.pop("tools", None), documents=chat.pop("documents", None),
            chat_template=source, continue_final_message=continued, add_generation_prompt=prompt,
            **{**SPECIAL, **chat})
    except Exception:
        return None
    return rendered[0]


def short(text):
    return "--------" if text is None else hashlib.sha256(text.encode()).hexdigest()[:8]


def main():
    draw = random.Random(16)
    chats = [conversation(draw, number) for number in range(220)]
    lines = "".join(json.dumps(chat) + "\n" for chat in chats)
    (HERE / "conversations.jsonl").write_text(lines)
    if sys.argv[1:2] == ["public"]:
        folder, found = Path(sys.argv[2]), {}
        whole = {}
        for path in sorted(folder.glob("*.jinja")):
            source = path.read_bytes().decode().replace("\r\n", "\n")
            texts = [render(source, chat) for chat in chats]
            whole[path.name] = texts
            found[path.name] = {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                                "renderings": "".join(short(text) for text in texts)}
        (HERE / "public.json").write_text(json.dumps(found, indent=0, sort_keys=True) + "\n")
        if len(sys.argv) > 3:
            Path(sys.argv[3]).write_text(json.dumps(whole))
        return
    expected = {}
    for path in sorted((HERE / "templates").glob("*.jinja")):
        expected[path.name] = [render(path.read_text(), chat) for chat in chats]
    digests = {name: "".join(short(text) for text in texts) for name, texts in expected.items()}
    samples = {name: texts[:12] for name, texts in expected.items()}
    (HERE / "expected.json").write_text(
        json.dumps({"samples": samples, "digests": digests}, indent=0, ensure_ascii=True) + "\n")


main()
