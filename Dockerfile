# One image for every role (ROLE=all|web|intake|worker), and the tools that go with it: migrations, users, the demo world.
FROM node:26-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build

# `docker build --target tools`: `npm run migrate`, `npm run user`, and the services of demo/.
FROM build AS tools
ENV NODE_ENV=production
USER node

FROM node:26-bookworm-slim AS portal
WORKDIR /app
ENV NODE_ENV=production HOSTNAME=0.0.0.0 PORT=3000
COPY --from=build /src/.next/standalone ./
COPY --from=build /src/.next/static ./.next/static
COPY --from=build /src/public ./public
USER node
EXPOSE 3000
CMD ["node", "server.js"]
