#!/usr/bin/env bash
# CI: a Docker Engine and compose on a bare Debian, started where no init system does it.
set -euo pipefail
log=${TMPDIR:-/tmp}/dockerd.log

needed=(docker.io docker-compose mmdebstrap iptables)
missing=()
for package in "${needed[@]}"; do
    dpkg --status "$package" >/dev/null 2>&1 || missing+=("$package")
done
if ((${#missing[@]})); then
    apt-get update --quiet=2
    apt-get install --yes --quiet=2 --no-install-recommends "${missing[@]}"
fi

answers() { docker version --format '{{.Server.Version}}' 2>/dev/null; }

# The second try is for machines without the kernel's packet filter: our containers have no
# network, so all that is lost is compose's published port.
for options in "" "--iptables=false --ip-masq=false --bridge=none"; do
    answers >/dev/null && break
    # shellcheck disable=SC2086 # words on purpose
    setsid dockerd $options >"$log" 2>&1 </dev/null &
    for _ in {1..60}; do
        answers >/dev/null && break
        kill -0 $! 2>/dev/null || break
        sleep 0.5
    done
done
answers || { tail -n 20 "$log" >&2; exit 1; }
