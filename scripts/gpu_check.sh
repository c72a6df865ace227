#!/bin/sh
# Shows that jobe-torch works on this machine's GPU, and how fast: attacks, fidelity, figures.
#
#   scripts/gpu_check.sh [PYTHON]
#
# PYTHON (default: python3) has torch with CUDA and numpy, and may be written to: a hook goes
# into its site-packages. Nothing else is needed: no Docker, and no network where the packages
# of jobe-torch and of its tests lie as wheels in ./wheels. On a machine with a network:
#   python3 -m pip download --dest wheels . --group dev setuptools wheel
#
# From the environment: JOBE_TORCH_GPUS (default: all; the first is used), and
# JOBE_TORCH_SOAK_RUNS (default: 1000; a run of the soak takes about a tenth of a second).
# The report is build/gpu/report.md. The status is 0: all is well; 1: something failed, see the
# report; 2: this script was not given what it needs; 3: there is no GPU.
set -eu
cd "$(dirname "$0")/.."
python=${1:-python3}
out=build/gpu

say() { printf '%s\n' "== $*"; }
give_up() { status=$1; shift; printf '%s\n' "gpu_check: $*" >&2; exit "$status"; }

command -v nvidia-smi >/dev/null || give_up 3 "there is no GPU: nvidia-smi is not installed"
gpus=$(nvidia-smi -L 2>&1) || give_up 3 "there is no GPU: $gpus"
case $gpus in *"UUID: GPU-"*) ;; *) give_up 3 "there is no GPU: nvidia-smi -L shows none" ;; esac
said=$("$python" -c 'import numpy, torch; assert torch.version.cuda, "torch has no CUDA"' 2>&1) ||
    give_up 2 "$python has no torch with CUDA, or no numpy: ${said##*
}"

say "The environment"
if [ -d wheels ]; then
    set -- --no-index --find-links wheels
else
    set --
fi
if [ ! -e .venv/bin/pytest ]; then
    "$python" -m venv .venv
    .venv/bin/python -m pip install --quiet "$@" pip setuptools wheel ||
        give_up 2 "the wheels of pip, setuptools and wheel are not to be had"
    .venv/bin/python -m pip install --quiet "$@" --no-build-isolation --editable . --group dev ||
        give_up 2 "the packages of pyproject.toml are not to be had"
fi
if [ ! -e .venv-cell ]; then
    prefix=$("$python" -c 'import sys; print(sys.prefix if sys.prefix != sys.base_prefix else "")')
    if [ -n "$prefix" ]; then
        ln -s "$prefix" .venv-cell
    else
        "$python" -m venv --without-pip --system-site-packages .venv-cell
    fi
fi
.venv/bin/python -m jobe_torch.cell.install .venv-cell/bin/python >/dev/null ||
    give_up 2 "the site-packages of $python cannot be written to"

export JOBE_TORCH_GPUS="${JOBE_TORCH_GPUS:-all}"
rm -rf "$out"
mkdir -p "$out"
failed=0
nvidia-smi >"$out/nvidia-smi.txt" 2>&1 || true

say "The doctor"
.venv/bin/jobe-torch doctor --port 0 >"$out/doctor.txt" || failed=1
cat "$out/doctor.txt"

say "Attacks, fidelity and the soak"
.venv/bin/pytest -m gpu tests/attacks tests/fidelity --junitxml="$out/tests.xml" -q || failed=1

say "Spares: memory and time"
.venv/bin/python -m jobe_torch.bench.gpu spares "$out/spares.json" || failed=1

for cells in 1 2 4; do
    say "Runs with $cells cells on the GPU"
    JOBE_TORCH_CELLS=1 JOBE_TORCH_CELLS_PER_GPU=$cells JOBE_TORCH_WAIT_SECONDS=120 \
        .venv/bin/jobe-torch bench -w gpu-fc -w gpu-train -c "$cells" \
        $([ "$cells" -gt 1 ] || echo --cold) --runs 200 --json "$out/bench-$cells.json" || failed=1
done

.venv/bin/python -m jobe_torch.bench.gpu report "$out" >"$out/report.md" || failed=1
say "$out/report.md"
[ "$failed" -eq 0 ] || give_up 1 "something failed"
