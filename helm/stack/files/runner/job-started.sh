#!/usr/bin/env bash
# ACTIONS_RUNNER_HOOK_JOB_STARTED: gives a job its correlation id and its place in the trace that the collector's github receiver makes of the
# workflow run. What fails here would fail the job, so nothing does.
set -u
# The runner starts hooks with -e.
set +e
# The caller's own id (repository_dispatch or workflow_dispatch), if it is one; else one that names the run.
id=$(sed -n 's/.*"correlation_id"[[:space:]]*:[[:space:]]*"\([A-Za-z0-9][A-Za-z0-9._:-]\{7,127\}\)".*/\1/p' "${GITHUB_EVENT_PATH:-/dev/null}" 2>/dev/null | head -n 1)
id=${id:-gha-${GITHUB_RUN_ID:-0}-${GITHUB_RUN_ATTEMPT:-1}}
digest() { printf '%s' "$1" | sha256sum | cut -c"$2"; }
# The ids of the receiver (open-telemetry/opentelemetry-collector-contrib, receiver/githubreceiver/trace_event_handling.go): hashes of the run.
trace=$(digest "${GITHUB_RUN_ID:-0}${GITHUB_RUN_ATTEMPT:-1}t" 1-32)
# The span of the run: a hook is not told its job's check run, of which the job's own span is made.
span=$(digest "${GITHUB_RUN_ID:-0}${GITHUB_RUN_ATTEMPT:-1}s" 17-32)
if [ -n "${GITHUB_ENV:-}" ]; then
  {
    echo "CORRELATION_ID=$id"
    echo "TRACEPARENT=00-$trace-$span-01"
    echo "BAGGAGE=correlation_id=$id"
    echo "OTEL_RESOURCE_ATTRIBUTES=k8s.pod.name=${RUNNER_NAME:-unknown},cicd.pipeline.run.id=${GITHUB_RUN_ID:-0},vcs.ref.head.revision=${GITHUB_SHA:-unknown}"
  } 2>/dev/null >> "$GITHUB_ENV"
fi
# Names may hold whatever JSON does not.
plain() { printf '%s' "$1" | tr -d '\\"\000-\037'; }
# One line of the runner's container, which the agent reads: the run, its commit and this pod are one request from here on.
line=$(printf '{"level":"info","message":"job started","correlation_id":"%s","trace_id":"%s","span_id":"%s","cicd.pipeline.run.id":"%s","cicd.pipeline.run.attempt":"%s","cicd.pipeline.name":"%s","cicd.pipeline.task.name":"%s","vcs.repository.name":"%s","vcs.ref.head.revision":"%s","cicd.pipeline.worker.name":"%s"}' \
  "$id" "$trace" "$span" "${GITHUB_RUN_ID:-0}" "${GITHUB_RUN_ATTEMPT:-1}" "$(plain "${GITHUB_WORKFLOW:-}")" "$(plain "${GITHUB_JOB:-}")" "$(plain "${GITHUB_REPOSITORY:-}")" "${GITHUB_SHA:-}" "${RUNNER_NAME:-}")
echo "$line" > "${THROUGHLINE_LINES:-/proc/1/fd/1}" 2>/dev/null || echo "$line"
exit 0
