# The image that cells are made of: Python, torch, what courses use, and the agent.
# Build it from the repository's root:
#   docker build -f docker/cell.Dockerfile -t jobe-torch-cell .

ARG BASE_IMAGE=debian:bookworm-slim
FROM ${BASE_IMAGE}

# Jobe's languages besides python3, by their names there: "c java", or "all".
ARG LANGUAGES=""
# More of Debian's packages.
ARG EXTRA_PACKAGES=""
RUN packages="${EXTRA_PACKAGES}" \
    && if [ "${LANGUAGES}" = all ]; then LANGUAGES="c cpp java nodejs octave pascal php"; fi \
    && for language in ${LANGUAGES}; do \
        case "$language" in \
            c) packages="$packages gcc libc6-dev" ;; \
            cpp) packages="$packages g++" ;; \
            java) packages="$packages default-jdk-headless" ;; \
            nodejs | octave) packages="$packages $language" ;; \
            pascal) packages="$packages fp-compiler" ;; \
            php) packages="$packages php-cli" ;; \
            python3) ;; \
            *) echo "LANGUAGES: there is no language $language" >&2; exit 1 ;; \
        esac; \
    done \
    && apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        python3 python3-venv libseccomp2 media-types netbase $packages \
    && rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/*

# Where torch's wheels come from: .../whl/cpu, or .../whl/cu130 for GPUs. pip reads these
# arguments as its environment; PIP_NO_INDEX and PIP_FIND_LINKS make it use a folder of wheels.
ARG PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu
ARG PIP_NO_INDEX
ARG PIP_FIND_LINKS
ARG EXTRA_REQUIREMENTS=""
COPY docker/cell-requirements.txt docker/jobe-requirements.txt /tmp/
RUN python3 -m venv /usr/lib/jobe-torch/venv \
    && cd /usr/lib/jobe-torch/venv/bin \
    && if [ "${LANGUAGES}" = all ]; then jobes="-r /tmp/jobe-requirements.txt"; fi \
    && ./pip install --no-cache-dir --disable-pip-version-check --root-user-action=ignore \
        -r /tmp/cell-requirements.txt $jobes ${EXTRA_REQUIREMENTS} \
    && if [ "${LANGUAGES}" = all ]; then \
        # As Jobe's documentation sets it: no mark at the end, which no question expects.
        ./pylint --reports=no --score=n --generate-rcfile >/etc/pylintrc; \
    fi \
    && rm /tmp/*-requirements.txt

# The agent, and the hook by which the interpreter can become a zygote. Everything is compiled
# now, since a cell's root is read-only; pip has no business in a cell.
COPY jobe_torch/__init__.py /usr/lib/jobe-torch/jobe_torch/
COPY jobe_torch/cell /usr/lib/jobe-torch/jobe_torch/cell
RUN cd /usr/lib/jobe-torch \
    && venv/bin/python -m jobe_torch.cell.install venv/bin/python \
    && venv/bin/pip uninstall --yes --quiet pip --root-user-action=ignore \
    && venv/bin/python -m compileall -q jobe_torch \
    && mkdir -p /home/jobe/runs/jobe_warm00

ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="jobe-torch cell" \
      org.opencontainers.image.description="Python and PyTorch for students' programs, run by jobe-torch" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"

# The server gives the command; nobody runs this image by hand.
ENTRYPOINT []
CMD ["/usr/lib/jobe-torch/venv/bin/python", "-c", "import torch; print(torch.__version__)"]
