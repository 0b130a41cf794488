# syntax=docker/dockerfile:1
# Two images of one build: the portal (ROLE=all|web|intake|worker), and the tools that go with it: migrations, users, `helm test`, the sample
# application. The base is pinned by digest; .github/dependabot.yaml moves it.
FROM node:24-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6 AS base
ENV NEXT_TELEMETRY_DISABLED=1 NPM_CONFIG_UPDATE_NOTIFIER=false
# Numeric, so that Kubernetes can see that it is not root.
ARG USER_ID=1000

FROM base AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --no-fund
COPY . .
RUN npm run build

# `docker build --target tools`
FROM build AS tools
ENV NODE_ENV=production
LABEL org.opencontainers.image.title="throughline-tools" org.opencontainers.image.licenses="Apache-2.0"
USER ${USER_ID}

FROM base AS portal
WORKDIR /app
ENV NODE_ENV=production HOSTNAME=0.0.0.0 PORT=3000
LABEL org.opencontainers.image.title="throughline" org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /src/.next/standalone ./
COPY --from=build /src/.next/static ./.next/static
COPY --from=build /src/public ./public
USER ${USER_ID}
EXPOSE 3000
CMD ["node", "server.js"]
