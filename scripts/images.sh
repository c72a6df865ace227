#!/usr/bin/env bash
# CI: both images, also where no registry can be reached. Then the base image is made of
# Debian's packages under its usual name, and the wheels are those that pip finds here, handed
# into the builds over this machine's loopback: the Dockerfiles are built unmodified.
set -euo pipefail
cd "$(dirname "$0")/.."
base=debian:bookworm-slim
# Without buildx the client can only build the classic way.
docker buildx version >/dev/null 2>&1 || export DOCKER_BUILDKIT=0 COMPOSE_DOCKER_CLI_BUILD=0

if docker image inspect "$base" >/dev/null 2>&1; then
    online=no
elif timeout 60 docker pull --quiet "$base" >/dev/null 2>&1; then
    online=yes
else
    online=no
    mmdebstrap --variant=minbase --include=ca-certificates bookworm - |
        docker import --change 'CMD ["bash"]' - "$base"
fi

if [ "$online" = no ]; then
    wheels=$(mktemp --directory)
    served=
    trap 'rm -rf "$wheels"; kill $served' EXIT
    python3 -m venv "$wheels/.venv"
    "$wheels/.venv/bin/pip" download --quiet --disable-pip-version-check --dest "$wheels" \
        --requirement docker/cell-requirements.txt --requirement docker/jobe-requirements.txt \
        "$PWD" 'setuptools>=77' wheel
    python3 -u -m http.server --bind 127.0.0.1 --directory "$wheels" 0 >"$wheels/.log" 2>&1 &
    served=$!
    until port=$(grep --only-matching --max-count=1 'port [0-9]*' "$wheels/.log"); do sleep 0.1; done
    export BUILD_NETWORK=host TORCH_INDEX='' PIP_NO_INDEX=1
    export PIP_FIND_LINKS="http://127.0.0.1:${port#port }/"
fi
make images
