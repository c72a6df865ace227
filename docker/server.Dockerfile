# The image of the server and of its gate to the engine: no torch, no root, nothing to compile.
# Build it from the repository's root:
#   docker build -f docker/server.Dockerfile -t jobe-torch-server .

ARG BASE_IMAGE=debian:bookworm-slim
FROM ${BASE_IMAGE} AS python
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3 \
    && rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/*

FROM python AS build
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3-venv
# As in cell.Dockerfile: pip's environment.
ARG PIP_NO_INDEX
ARG PIP_FIND_LINKS
RUN python3 -m venv /usr/lib/jobe-torch
COPY pyproject.toml README.md LICENSE /src/
COPY jobe_torch /src/jobe_torch
RUN /usr/lib/jobe-torch/bin/pip install --no-cache-dir --disable-pip-version-check \
        --root-user-action=ignore /src \
    && /usr/lib/jobe-torch/bin/pip uninstall --yes --quiet pip setuptools --root-user-action=ignore

FROM python
COPY --from=build /usr/lib/jobe-torch /usr/lib/jobe-torch
RUN useradd --system --uid 10001 --home-dir /var/lib/jobe-torch --create-home jobe-torch
ENV PATH=/usr/lib/jobe-torch/bin:$PATH \
    JOBE_TORCH_HOST=0.0.0.0 \
    JOBE_TORCH_BACKEND=docker \
    JOBE_TORCH_FILES_DIRECTORY=/var/lib/jobe-torch/files
USER jobe-torch
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s --retries=3 \
    CMD ["python3", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:4000/readyz', timeout=4)"]

ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="jobe-torch server" \
      org.opencontainers.image.description="A Jobe-compatible server that runs students' PyTorch code in warm, jailed cells" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"

ENTRYPOINT ["jobe-torch"]
CMD ["serve"]
