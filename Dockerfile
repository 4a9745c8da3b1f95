# The image of the webhook, the audit and the command line. Both bases are pinned by the digest of their index (every
# platform); the tag beside it is for people. All of it is checked by test/deploy/dockerfile.test.ts and test/use/image.use.ts.
FROM node:24.21.0-trixie-slim@sha256:173f125896c3b47ddf056734c7ea789d04595a6a08769a8f78e0df642781fb66 AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
# Install scripts fetch a Node and an esbuild that are here already.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.types.json ./
COPY bin ./bin
COPY schemas ./schemas
COPY types ./types
COPY policies ./policies
COPY tools ./tools
COPY src ./src
RUN node tools/build.ts
# What only an importer of the library needs.
RUN rm -rf dist/types dist/index.mjs dist/library.cjs

# No shell and no package manager: Node and what it links to.
FROM gcr.io/distroless/nodejs24-debian13:nonroot@sha256:9eeb7f5887d0e239e78264b06f7f11d2e14be534050481803a9e4728fcdd278e
LABEL org.opencontainers.image.title="paddlock" \
      org.opencontainers.image.description="Judges PaddlePaddle workloads on Kubernetes" \
      org.opencontainers.image.licenses="Apache-2.0"
# Most of what a review takes is garbage at once: a larger nursery, or an arena for each thread, only costs memory.
ENV NODE_ENV=production NODE_OPTIONS=--max-semi-space-size=4 MALLOC_ARENA_MAX=1
WORKDIR /opt/paddlock
# Owned by root, so that the process cannot change what it runs.
COPY LICENSE ./
COPY --from=build /src/package.json ./
COPY --from=build /src/bin ./bin
COPY --from=build /src/dist ./dist
COPY --from=build /src/policies/compiled ./policies/compiled
COPY --from=build /src/schemas ./schemas
WORKDIR /work
USER 65532:65532
EXPOSE 8443 9443
ENTRYPOINT ["/nodejs/bin/node", "/opt/paddlock/bin/paddlock.cjs"]
CMD ["--help"]
