import { toRfc3339 } from '@/lib/time/units';
import type { Change } from './contract';
import type { LogLine } from './model';

/**
 * The service under which the events of a cluster are kept as lines
 * (helm/stack/templates/_collector-cluster.tpl makes them so).
 */
export const CLUSTER_SERVICE = 'kubernetes';

/** What a request or an alert touched, as Kubernetes names it. */
export interface Place {
  readonly services: readonly string[];
  readonly pods: readonly string[];
  readonly nodes: readonly string[];
  readonly namespaces: readonly string[];
}

/** What every start and end of a pod says: of no use beside the change that caused it. */
const ROUTINE = new Set([
  'Pulled',
  'Pulling',
  'Created',
  'Started',
  'Scheduled',
  'SuccessfulCreate',
  'SuccessfulDelete',
  'LeaderElection',
  'SuccessfulMountVolume',
  'SuccessfulAttachVolume',
  'Completed',
  'SawCompletedJob',
]);
const MAX_CHANGES = 50;

/**
 * Of the events of a cluster those about a place, or all, oldest first; routine left out, the same
 * said again counted.
 */
export function changesOf(lines: readonly LogLine[], place: Place | 'everything'): Change[] {
  const changes = new Map<string, { change: Change; count: number }>();
  for (const line of [...lines].sort((a, b) => (a.timeNs < b.timeNs ? -1 : 1))) {
    const [kind, name, reason] = ['k8s.object.kind', 'k8s.object.name', 'k8s.event.reason'].map(
      (key) => textOf(line.attributes[key] ?? line.attributes[key.replaceAll('.', '_')]),
    );
    if (!kind || !name || !reason) continue;
    const warning = line.level === 'warn' || line.level === 'error';
    if (
      (ROUTINE.has(reason) && !warning) ||
      !concerns(
        place,
        kind,
        name,
        textOf(line.resource['k8s.namespace.name'] ?? line.resource.k8s_namespace_name),
      )
    )
      continue;
    const key = [kind, name, reason, line.body].join('\n');
    const known = changes.get(key);
    if (known) known.count += 1;
    else
      changes.set(key, {
        change: {
          at: toRfc3339(line.timeNs),
          kind: kindOf(reason, line.body, warning),
          object: `${kind} ${name}`,
          reason,
          text: line.body.slice(0, 500),
          count: 1,
        },
        count: 1,
      });
  }
  return [...changes.values()]
    .slice(-MAX_CHANGES)
    .map(({ change, count }) => ({ ...change, count }));
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function concerns(
  place: Place | 'everything',
  kind: string,
  name: string,
  namespace: string,
): boolean {
  if (place === 'everything') return true;
  const { services, pods, nodes, namespaces } = place;
  if (kind === 'Node') return nodes.includes(name);
  if (namespace && namespaces.length && !namespaces.includes(namespace)) return false;
  // A workload is called as its service is, what it makes has more behind a dash; services often
  // have their namespace or product before.
  return (
    pods.includes(name) ||
    services.some((service) => name === service || name.startsWith(`${service}-`)) ||
    pods.some((pod) => pod.startsWith(`${name}-`))
  );
}

/** A deployment that scales a new replica set up from nothing rolls something out. */
function kindOf(reason: string, text: string, warning: boolean): Change['kind'] {
  if (reason === 'ScalingReplicaSet')
    return /^Scaled up\b.*\bfrom 0\b/.test(text) ? 'rollout' : 'scaling';
  if (reason === 'SuccessfulRescale') return 'scaling';
  return warning ? 'warning' : 'event';
}
