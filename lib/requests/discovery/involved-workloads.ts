import type { Span } from '@/lib/telemetry/model';

const MAX_NAMES = 40;

/** The services, pods and nodes that spans ran on, as the metrics name them; sorted. */
export interface InvolvedWorkloads {
  readonly services: readonly string[];
  readonly pods: readonly string[];
  readonly nodes: readonly string[];
  readonly namespaces: readonly string[];
  /** It sent messages: whether such are consumed is then worth knowing. */
  readonly sends: boolean;
  /** A call of it failed: how often such are made is then worth knowing. */
  readonly retries: boolean;
}

/** What a request ran on. Pure. */
export function involvedWorkloads(spans: readonly Span[]): InvolvedWorkloads {
  return {
    services: limited(spans.map((span) => span.service)),
    pods: limited(resourceNames(spans, 'k8s.pod.name')),
    nodes: limited(resourceNames(spans, 'k8s.node.name')),
    namespaces: limited(resourceNames(spans, 'k8s.namespace.name')),
    sends: spans.some((span) => span.kind === 'producer'),
    retries: spans.some((span) => span.kind === 'client' && span.outcome === 'failed'),
  };
}

function resourceNames(spans: readonly Span[], attribute: string): string[] {
  return spans.flatMap(({ resource }) => {
    const name = resource[attribute];
    return typeof name === 'string' ? [name] : [];
  });
}

const limited = (names: readonly string[]) => [...new Set(names)].sort().slice(0, MAX_NAMES);
