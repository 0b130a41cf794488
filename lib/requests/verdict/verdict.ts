import type { Span } from '@/lib/telemetry/model';
import type { Verdict } from '../contract';
import { signatureOf, type Correlated } from '../correlation/correlate';
import { rowIdOf } from '../correlation/tree';
import { errorPath } from './error-path';
import type { Finding, VerdictContext } from './finding';
import { latency } from './latency';
import { missingOperation } from './missing-operation';
import { attemptCount, outcomeRoot } from './outcome';
import { success } from './success';
import { recordedException, unfinished } from './unfinished';
import { describeFinding, describeSkew } from './wording';

/**
 * The one causal sentence. Ranked: an error whose path reaches the outcome, then an outcome that is
 * not known, then an operation that is missing, then the largest excess over the usual; skew only
 * annotates. Pure.
 */
export function determineVerdict(
  request: Correlated,
  context: VerdictContext,
): Omit<Verdict, 'provisional'> {
  const finding = findCause(request, context);
  const root = request.tree.nodes[request.tree.nodes.length ? outcomeRoot(request) : 0];
  return {
    state: STATES[finding.kind],
    culprit: null,
    signature: null,
    alike: null,
    ...pointerOf(finding, (span) => rowIdOf(request.tree, span)),
    normalNs: root ? context.normalNs(root.span) : null,
    attempts: attemptCount(request),
    sentence: [...describeFinding(finding), ...(root ? describeSkew(request.skew) : [])],
  };
}

const STATES: Readonly<Record<Finding['kind'], Verdict['state']>> = {
  'nothing-found': 'unknown',
  'logs-only': 'unknown',
  'root-missing': 'unknown',
  'error-path': 'failed',
  'retry-storm': 'failed',
  unfinished: 'unknown',
  'exception-recorded': 'unknown',
  'so-far': 'unknown',
  'missing-operation': 'incomplete',
  latency: 'slow',
  success: 'succeeded',
};

function findCause(request: Correlated, context: VerdictContext): Finding {
  if (request.tree.nodes.length === 0) return withoutSpans(request, context);
  const root = outcomeRoot(request);
  return (
    errorPath(request, root, context) ??
    unfinished(request, root, context) ??
    recordedException(request, root) ??
    missingOperation(request, root, context) ??
    latency(request, root, context) ??
    success(request, root, context)
  );
}

function withoutSpans({ lines }: Correlated, { incomplete }: VerdictContext): Finding {
  if (lines.length === 0) return { kind: 'nothing-found', incomplete };
  const services = [...new Set(lines.map(({ line }) => line.service))];
  return { kind: 'logs-only', lineCount: lines.length, services, incomplete };
}

/** What a finding points at, and what it is called among others. */
function pointerOf(
  finding: Finding,
  rowId: (span: Span) => string,
): Partial<Pick<Verdict, 'culprit' | 'signature' | 'alike'>> {
  switch (finding.kind) {
    case 'error-path': {
      const { culprit, evidence, similar } = finding;
      const signature = signatureOf(culprit, evidence);
      return { culprit: rowId(culprit), signature, alike: similar };
    }
    case 'retry-storm': {
      const { culprit, similar } = finding;
      return { culprit: rowId(culprit), signature: signatureOf(culprit), alike: similar };
    }
    case 'unfinished':
      return finding.failure ? { culprit: rowId(finding.failure.culprit) } : {};
    case 'exception-recorded':
      return { culprit: rowId(finding.culprit) };
    case 'missing-operation': {
      const { producer, queue } = finding;
      const signature = `${producer.service} · ${queue} · no consumer`;
      return { culprit: rowId(producer), signature };
    }
    case 'latency': {
      const { service, name } = finding.culprit?.span ?? finding.root;
      const culprit = finding.culprit && rowId(finding.culprit.span);
      return { culprit, signature: `${service} · ${name} · slow` };
    }
    // Stryker disable all: equivalent, since nothing and no answer are spread the same.
    case 'nothing-found':
    case 'logs-only':
    case 'root-missing':
    case 'so-far':
    case 'success':
      return {};
    // Stryker restore all
  }
}
