# Puts a supported Node first on the PATH, so that npm and every child process run on it. Sourced by bash.
# Where the local Node is older, one comes from the npm registry into .cache: the program alone, without root.

RUNTIME_MINIMUM="22.18"
RUNTIME_VERSION="24.21.0"

need_runtime() {
  local root machine package folder
  root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
  if node_is_supported; then
    return
  fi
  case "$(uname -s) $(uname -m)" in
    "Linux x86_64") machine=x64 ;;
    "Linux aarch64" | "Linux arm64") machine=arm64 ;;
    *)
      echo "Node $RUNTIME_MINIMUM or later is needed; found: $(node --version 2>/dev/null || echo none)." >&2
      exit 1
      ;;
  esac
  package="node-linux-$machine"
  folder="$root/.cache/node-$RUNTIME_VERSION-$machine"
  if [ ! -x "$folder/node_modules/$package/bin/node" ]; then
    command -v npm >/dev/null || {
      echo "Node $RUNTIME_MINIMUM or later is needed, or any Node with npm, to bring one." >&2
      exit 1
    }
    echo "Node $(node --version) is older than $RUNTIME_MINIMUM: bringing $RUNTIME_VERSION into .cache…" >&2
    rm -rf "$folder.part"
    mkdir -p "$folder.part"
    npm install --prefix "$folder.part" --no-save --no-audit --no-fund --loglevel=error \
      "$package@$RUNTIME_VERSION" >&2
    # Moved when whole: an interrupted run leaves nothing half.
    rm -rf "$folder"
    mv "$folder.part" "$folder"
  fi
  export PATH="$folder/node_modules/$package/bin:$PATH"
  node_is_supported || {
    echo "The Node brought into $folder does not start on this machine." >&2
    exit 1
  }
}

node_is_supported() {
  node -e '
    const [major, minor] = process.versions.node.split(".").map(Number);
    const [leastMajor, leastMinor] = process.argv[1].split(".").map(Number);
    process.exit(major > leastMajor || (major === leastMajor && minor >= leastMinor) ? 0 : 1);
  ' "$RUNTIME_MINIMUM" 2>/dev/null
}
