# syntax=docker/dockerfile:1
# presswatch as an image: the program, the certificates, and nothing else.
#
#     docker build -t presswatch .
#     docker run --rm --read-only -v presswatch:/data -v ./config:/config:ro presswatch run

FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
# Crates and dependencies stay in the builder's cache from build to build.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --bin presswatch \
    && cp target/release/presswatch /presswatch \
    && mkdir /data

# glibc, libgcc and certificates; no shell, no package manager; user 65532.
FROM gcr.io/distroless/cc-debian12:nonroot
LABEL org.opencontainers.image.title="presswatch" \
    org.opencontainers.image.description="Polls news outlets, reads their articles, and shows who reported what you watch" \
    org.opencontainers.image.licenses="MIT OR Apache-2.0"
COPY --from=build /presswatch /usr/local/bin/presswatch
COPY --from=build --chown=65532:65532 /data /data
# The folder of the configuration is mounted read-only, so the database does not lie beside it. Each command finds both.
ENV PRESSWATCH_CONFIG=/config/sources.toml \
    PRESSWATCH_DATABASE=/data/presswatch.db
USER 65532:65532
WORKDIR /data
VOLUME ["/data"]
# Nothing listens: the container is healthy while runs end in time and no source fails for long. The first run needs its time.
HEALTHCHECK --interval=5m --timeout=30s --start-period=15m --retries=3 \
    CMD ["/usr/local/bin/presswatch", "health"]
ENTRYPOINT ["/usr/local/bin/presswatch"]
CMD ["run", "--loop"]
