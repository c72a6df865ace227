#!/bin/sh
# Shows that jobe-torch works on this machine's GPU, and how fast: attacks, fidelity, figures.
#
#   scripts/gpu_check.sh [PART ...]
#   scripts/gpu_check.sh wheels VERSION    elsewhere: fetch the packages for that Python into ./wheels
#
# The parts, in their order; without any, all are done:
#   doctor      what the machine has, and a program in a cell
#   walls       a CUDA program behind one wall more each time: from which on does it fail?
#   attacks     attacks on a GPU
#   fidelity    programs on a GPU, warm and cold
#   spares      what a waiting cell takes of the GPU, and how long a context
#   bench       warm runs against plain processes, with pauses as a student makes them
#   throughput  1, 2 and 4 cells on the GPU, without pauses
#   soak        a thousand mixed runs; about one second each
#   programs    all programs that need no GPU, in a cell that has one; half an hour
#
# Nothing is needed but a Python that has torch with CUDA and numpy, whose site-packages can be
# written to or copied: no Docker, and no network where ./wheels is.
#
# From the environment:
#   PYTHON                   that Python; default: python3
#   JOBE_TORCH_GPUS          the GPU to use, as nvidia-smi -L shows it; default: all, of which the first
#   GPU_CHECK_PART_SECONDS   after so long a part is ended, and tells what it has; default: never
#   GPU_CHECK_SOAK_RUNS      default: 1000
#   GPU_CHECK_SOAK_SEED      another order of the runs; default: 1
#
# Each part leaves its files in build/gpu, whatever becomes of the others; build/gpu/report.md has
# all that are there. The status is 0: all is well; 1: something failed, see the report; 2: this
# script was not given what it needs; 3: there is no GPU.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
out=build/gpu
all="doctor walls attacks fidelity spares bench throughput soak programs"

say() { printf '%s\n' "== $*"; }
give_up() { status=$1; shift; printf '%s\n' "gpu_check: $*" >&2; exit "$status"; }
last_line() { printf '%s' "${1##*
}"; }

fetch_wheels() {
    wanted=$("$python" - <<'PYTHON'
import tomllib

with open("pyproject.toml", "rb") as file:
    project = tomllib.load(file)
print("pip", "setuptools", *project["project"]["dependencies"], *project["dependency-groups"]["suites"])
PYTHON
    )
    # Wheels name the oldest system that they are for, each in its own words.
    platforms=""
    for glibc in 39 38 37 36 35 34 33 32 31 30 29 28 27 26 25 24 17 12 5; do
        platforms="$platforms --platform manylinux_2_${glibc}_x86_64"
    done
    # shellcheck disable=SC2086 # several words
    "$python" -m pip download --quiet --dest wheels --only-binary :all: --implementation cp \
        --python-version "$1" $platforms --platform manylinux2014_x86_64 \
        --platform manylinux2010_x86_64 --platform manylinux1_x86_64 $wanted
    du -sh wheels
}

if [ "${1:-}" = wheels ]; then
    fetch_wheels "${2:?which Python is there? such as 3.12}"
    exit
fi
parts=${*:-$all}
for part in $parts; do
    case " $all " in *" $part "*) ;; *) give_up 2 "no such part: $part; there are: $all" ;; esac
done

command -v nvidia-smi >/dev/null || give_up 3 "there is no GPU: nvidia-smi is not installed"
gpus=$(nvidia-smi -L 2>&1) || give_up 3 "there is no GPU: $gpus"
case $gpus in *"UUID: GPU-"*) ;; *) give_up 3 "there is no GPU: nvidia-smi -L shows none" ;; esac
said=$("$python" -c 'import numpy, torch; assert torch.version.cuda, "torch has no CUDA"' 2>&1) ||
    give_up 2 "$python has no torch with CUDA, or no numpy: $(last_line "$said")"

make_environments() {
    if [ ! -e .venv/bin/pytest ] && [ -d wheels ]; then
        "$python" -m venv --without-pip .venv
        # Straight from its wheel: many systems have no pip for a new environment.
        set -- wheels/pip-*.whl
        set -- .venv/bin/python "$1/pip" install --quiet --no-index --no-deps
        said=$("$@" wheels/*.whl 2>&1) ||
            give_up 2 "not all of ./wheels can be installed: $(last_line "$said")"
        said=$("$@" --no-build-isolation --editable . 2>&1) ||
            give_up 2 "jobe-torch cannot be installed: $(last_line "$said")"
    elif [ ! -e .venv/bin/pytest ]; then
        "$python" -m venv .venv
        .venv/bin/python -m pip install --quiet --upgrade pip &&
            .venv/bin/python -m pip install --quiet --editable . --group suites ||
            give_up 2 "the packages of pyproject.toml are not to be had; without a network: ./wheels"
    fi
    .venv/bin/python -c 'import ctypes; ctypes.CDLL("libseccomp.so.2")' 2>/dev/null ||
        give_up 2 "libseccomp is not installed (package libseccomp2)"
    if [ ! -e .venv-cell ]; then
        prefix=$("$python" -c 'import sys; print(sys.prefix if sys.prefix != sys.base_prefix else "")')
        if [ -z "$prefix" ]; then
            "$python" -m venv --without-pip --system-site-packages .venv-cell
        elif "$python" -c 'import os, sysconfig, sys; sys.exit(not os.access(sysconfig.get_path("purelib"), os.W_OK))'; then
            ln -s "$prefix" .venv-cell
        else
            say "A copy of $prefix, which cannot be written to"
            cp -a "$prefix" .venv-cell
        fi
    fi
    said=$(.venv/bin/python -m jobe_torch.cell.install .venv-cell/bin/python 2>&1) ||
        give_up 2 "the site-packages of $python cannot be written to: $(last_line "$said")"
}

tell_of_machine() {
    for line in 'uname -a' 'id' 'cat /sys/class/net/lo/flags' 'nproc' 'free -m' 'df -h / /tmp /dev/shm' 'ulimit -a' \
        'cat /proc/self/cgroup' 'ls -l /dev/nvidia* /dev/nvidia-caps' 'env | grep -i "^LD_\|cuda\|nvidia"' \
        'ldconfig -p | grep "libcuda.so\|libnvidia-ml\|libseccomp"' 'grep nvidia /proc/self/mounts' \
        'cat /proc/driver/nvidia/version /proc/driver/nvidia/params' \
        'grep . /sys/module/nvidia*/initstate /sys/module/nvidia*/version' \
        'grep . /proc/sys/user/max_*_namespaces /proc/sys/vm/overcommit_memory /proc/sys/kernel/*userns*' \
        'zcat /proc/config.gz | grep "_NS=\|SECCOMP\|CGROUP\|_MODULES="' \
        "$python -VV" "$python -m pip list 2>/dev/null | grep -i '^torch \|^numpy \|^triton '"; do
        printf '$ %s\n' "$line"
        sh -c "$line" 2>&1 || true
    done
}

suite() {
    name=$1 marks=$2 file=$3
    limited .venv/bin/python -m pytest -q -p no:cacheprovider -m "gpu and $marks" "$file" \
        --junitxml="$out/$name.xml"
}

# Asked to end, pytest still tells what it has.
limited() { timeout --signal=INT --kill-after=30 "${GPU_CHECK_PART_SECONDS:-0}" "$@"; }

bench() {
    cells=$1 file=$2
    shift 2
    JOBE_TORCH_CELLS=1 JOBE_TORCH_CELLS_PER_GPU=$cells JOBE_TORCH_WAIT_SECONDS=120 \
        limited .venv/bin/python -m jobe_torch bench -c "$cells" --json "$out/$file.json" "$@"
}

do_part() {
    case $1 in
    doctor)
        limited .venv/bin/python -m jobe_torch doctor --port 0 >"$out/doctor.txt" && failed=0 || failed=1
        cat "$out/doctor.txt"
        return "$failed"
        ;;
    walls | spares) limited .venv/bin/python -m jobe_torch.bench.gpu "$1" "$out/$1.$([ "$1" = walls ] && echo txt || echo json)" ;;
    attacks) suite attacks 'not slow' tests/attacks/test_gpu.py ;;
    fidelity) suite fidelity 'not slow' tests/fidelity/test_gpu.py ;;
    soak) suite "soak-${GPU_CHECK_SOAK_SEED:-1}" slow tests/attacks/test_gpu.py ;;
    programs) suite programs slow tests/fidelity/test_gpu.py ;;
    bench)
        failed=0
        # One by one: what is ended too early has no figures.
        for workload in gpu-fc gpu-train; do
            set -- -w "$workload" --pause 1500 --runs 40
            bench 1 "bench-1-$workload" "$@" --cold || failed=1
            # A plain process that says something odd must not cost the other figures.
            [ -e "$out/bench-1-$workload.json" ] || bench 1 "bench-1-$workload" "$@" || true
        done
        return "$failed"
        ;;
    throughput)
        failed=0
        for cells in 1 2 4; do
            bench "$cells" "bench-$cells-busy" -w gpu-fc --seconds 30 || failed=1
        done
        return "$failed"
        ;;
    esac
}

say "The environment"
make_environments
export JOBE_TORCH_GPUS="${JOBE_TORCH_GPUS:-all}"
[ $# -gt 0 ] || rm -rf "$out"
mkdir -p "$out"
nvidia-smi >"$out/nvidia-smi.txt" 2>&1 || true
nvidia-smi -q >"$out/nvidia-smi-q.txt" 2>&1 || true
tell_of_machine >"$out/machine.txt" 2>&1

failures=""
for part in $parts; do
    say "$part"
    do_part "$part" || failures="$failures $part"
    # What the driver says of the GPU (Xid), and the kernel of refused system calls and of memory.
    dmesg 2>/dev/null | tail -n 300 >"$out/dmesg.txt" || true
    .venv/bin/python -m jobe_torch.bench.gpu report "$out" >"$out/report.md" || failures="$failures report"
done
say "$out/report.md"
[ -z "$failures" ] || give_up 1 "failed:$failures"
