#!/usr/bin/env bash
# Runs a command beside a server of its own on this machine, whose address is in BANK_SERVER:
#   scripts/with_server.sh [OPTION OF jobe-torch serve ...] -- COMMAND ...
set -euo pipefail
options=()
while [ "${1:?a command after --}" != -- ]; do
    options+=("$1")
    shift
done
shift
log=$(mktemp)
.venv/bin/jobe-torch serve --host 127.0.0.1 --port 0 "${options[@]}" >"$log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; wait $server || true; rm -f "$log"' EXIT
until BANK_SERVER=$(grep --only-matching --max-count=1 'http://127[0-9.:]*' "$log"); do
    kill -0 $server 2>/dev/null || { cat "$log" >&2; exit 1; }
    sleep 0.2
done
export BANK_SERVER
docker/wait "$BANK_SERVER" || { cat "$log" >&2; exit 1; }
"$@"
