#!/usr/bin/env bash
# Measures the peers, and another engine beside them in turn.
#
#   run.sh THREADS [ROUNDS]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

threads=${1:?usage: run.sh THREADS [ROUNDS]}
rounds=${2:-5}
runs=${RUNS:-3}
work=${WORK:-$here/work}
questions=${QUESTIONS:-forward-8x128 forward-1x16 load patch cache-8x128}

# ---- The other engine ------------------------------------------------------------------------------------------------
# A command that answers one question and prints one JSON object; empty measures the peers alone.
# {question}, {model}, {tokens}, {threads} and {runs} are filled in. For Overt:
#   OTHER='overt bench-lm {question} --model {model} --tokens {tokens} --threads {threads} --runs {runs} --json'
other=${OTHER:-}
# ----------------------------------------------------------------------------------------------------------------------

export OMP_NUM_THREADS=$threads MKL_NUM_THREADS=$threads
python=$work/venv/bin/python
results=$work/threads-$threads

install() {
    [ -e "$work/venv/installed" ] && return
    python3 -m venv "$work/venv"
    "$python" -m pip install --quiet --requirement "$here/requirements.txt"
    touch "$work/venv/installed"
}

peers() {
    "$python" "$here/peers.py" --work "$work" --threads "$threads" --runs "$runs" "$@"
}

ask_other() {
    local command=$other
    command=${command//\{question\}/$1}
    command=${command//\{model\}/$work/model}
    command=${command//\{tokens\}/$work/tokens.json}
    command=${command//\{threads\}/$threads}
    command=${command//\{runs\}/$runs}
    bash -c "$command"
}

# Touches 3 GiB and gives them back. A virtual machine takes memory from its host when it is first
# touched, seconds for a gigabyte, and hands it back when idle: without this, whoever measures after
# a pause pays for that.
touch_memory() {
    "$python" -c 'b"\1" * (3 << 30)'
}

# A virtual machine takes memory from its host when it is first touched, seconds for a gigabyte, and
# hands it back when idle, so the time of a load is first of all that of its memory. Asked twice in a
# row, the second finds the memory that the first gave back.
is_first_touch() {
    [ "$1" = load ]
}

mkdir -p "$work"
install
peers prepare
rm -rf "$results"
mkdir "$results"

for ((round = 1; round <= rounds; round++)); do
    for question in $questions; do
        echo "round $round of $rounds: $question" >&2
        touch_memory
        if is_first_touch "$question"; then peers ask "$question" >/dev/null; fi
        peers ask "$question" >"$results/peer-$question-$round.json"
        if [ -n "$other" ]; then
            touch_memory
            if is_first_touch "$question"; then ask_other "$question" >/dev/null; fi
            ask_other "$question" >"$results/other-$question-$round.json"
        fi
    done
done

peers summarise "$results"/*.json | tee "$results.json"
