# syntax=docker/dockerfile:1

FROM node:24-trixie-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-progress
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY apps apps
COPY libs libs
COPY migrations migrations
RUN npx nest build api
# Optional dependencies are needed: they include the binaries of argon2.
RUN npm prune --omit=dev --no-progress && mkdir -p /data /anchor

FROM gcr.io/distroless/nodejs24-debian13:nonroot
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
COPY --from=build /build/package.json ./
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist dist
# A new named volume gets the owner of the folder it is mounted on.
COPY --from=build --chown=65532:65532 /data /data
COPY --from=build --chown=65532:65532 /anchor /anchor
VOLUME /data
EXPOSE 3000
USER 65532:65532
ENTRYPOINT ["/nodejs/bin/node", "--enable-source-maps"]
CMD ["dist/apps/api/src/main.js"]
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["/nodejs/bin/node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health/live').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
