// Pure: runs in browsers too.
import type { Span } from './model';

/**
 * What Envoy says of a response it made itself, the most telling first.
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage
 */
const ENVOY_FLAGS: Readonly<Record<string, string>> = {
  UF: 'upstream connection failure',
  UT: 'upstream request timeout',
  UH: 'no healthy upstream',
  UC: 'upstream connection termination',
  UR: 'upstream remote reset',
  UO: 'upstream overflow',
  UPE: 'upstream protocol error',
  NR: 'no route',
  NC: 'no cluster',
  LR: 'local reset',
  LH: 'failed health check',
  SI: 'stream idle timeout',
  DT: 'request or connection duration timeout',
  RL: 'rate limited',
  RLSE: 'rate limit service error',
  UAEX: 'denied by external authorization',
  FI: 'injected abort',
  DI: 'injected delay',
  DPE: 'downstream protocol error',
  OM: 'overload manager',
  URX: 'retry limit exceeded',
  DC: 'downstream connection termination',
};

/** What a proxy and its fault are known by. */
export const PROXY_ATTRIBUTES = ['component', 'upstream_cluster', 'response_flags'] as const;

/** A sidecar or gateway of the mesh: it passes requests on, in the name of the service behind it. */
export const isProxy = ({ attributes }: Pick<Span, 'attributes'>): boolean =>
  attributes.component === 'proxy' || 'upstream_cluster' in attributes;

/** Why a proxy answered by itself: `upstream connection failure (UF)`. */
export function proxyFaultOf(span: Pick<Span, 'attributes'>): string | undefined {
  if (!isProxy(span)) return undefined;
  const flags = String(span.attributes.response_flags ?? '').split(',');
  const known = Object.keys(ENVOY_FLAGS).find((flag) => flags.includes(flag));
  return known && `${ENVOY_FLAGS[known]} (${known})`;
}
