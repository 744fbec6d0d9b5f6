"""How many conformance vectors the verifier agrees with: `python3 python/vectors.py VECTORS.jsonl`.

A vector is a line `{"name", "files", "asked", "accepted", "fails"}`, bytes as Base64. Whether a bundle is accepted must be
the same for all; which rows fail is counted. The exit code is 3 where they differ.
"""

import base64
import json
import sys

from verify import verify


def read(files):
    return None if files is None else {name: base64.b64decode(text) for name, text in files.items()}


def main():
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} VECTORS.jsonl")
    vectors = agree = same_rows = 0
    with open(sys.argv[1], encoding="utf-8") as lines:
        for vector in map(json.loads, lines):
            asked = vector["asked"]
            rows = verify(read(vector["files"]), {**asked, "model": read(asked["model"])})
            found = [row["what"] for row in rows if row["found"] == "fails"]
            vectors += 1
            agree += (not found) == vector["accepted"]
            same_rows += found == vector["fails"]
            if (not found) != vector["accepted"]:
                print(f"{vector['name']}: expected {vector['fails'] or 'accepted'}, got {found or 'accepted'}")
    print(f"{agree} of {vectors} vectors agree, {same_rows} in every row that fails")
    sys.exit(0 if agree == vectors > 0 else 3)


if __name__ == "__main__":
    main()
