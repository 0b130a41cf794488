# What both commands need first. Sourced from the root of the project.

. bin/parts/runtime.sh
need_runtime
command -v npm >/dev/null || { echo "npm is needed beside Node." >&2; exit 1; }
export NEXT_TELEMETRY_DISABLED=1

# npm packages as the lock file has them; nothing to do when they are there.
need_packages() {
  mkdir -p .cache
  local want
  want=$(cat package.json package-lock.json | cksum)
  if [ ! -d node_modules ] || [ "$(cat .cache/packages 2>/dev/null)" != "$want" ]; then
    echo "Installing npm packages…"
    npm ci --no-audit --no-fund --loglevel=error
    echo "$want" >.cache/packages
  fi
}

# The production build of the present sources.
need_build() {
  local want
  want=$(find app components lib prisma public instrumentation*.ts proxy.ts next.config.mjs package-lock.json tsconfig.json -type f ! -path 'lib/db/generated/*' ! -name '*.test.ts*' -print0 | sort -z | xargs -0 cksum | cksum)
  if [ ! -f .next/standalone/server.js ] || [ "$(cat .cache/build 2>/dev/null)" != "$want" ]; then
    echo "Building the portal…"
    npm run --silent build >.cache/build.log 2>&1 || { tail -40 .cache/build.log >&2; echo "The build failed; all of it is in .cache/build.log" >&2; exit 1; }
    echo "$want" >.cache/build
  fi
}
