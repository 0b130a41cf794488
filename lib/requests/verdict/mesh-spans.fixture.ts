import type { WireResourceSpans } from '@/lib/telemetry/otlp/wire';
import {
  FAULTS,
  orders,
  status,
  toOtlp,
  type Fault,
  type Shape,
  type Values,
} from './made-up-spans.fixture';

/** What Envoy says of a request: text throughout, `error` only where it failed. */
const envoy = (cluster: string, code: number, flags = '-'): Values => ({
  component: 'proxy',
  node_id: 'sidecar~10.0.0.7~pod.default~default.svc.cluster.local',
  upstream_cluster: cluster,
  'http.status_code': String(code),
  response_flags: flags,
  ...(code >= 500 ? { error: 'true' } : {}),
});

/** `shop` calls `stock`, each behind a sidecar, through the gateway of the mesh. */
function meshShapes(fault: Fault): Shape[] {
  const isSlow = fault === 'slow-database';
  const end = isSlow ? 1_540 : 440;
  const answer = {
    exception: 502,
    timeout: 504,
    'slow-database': 200,
    'missing-consumer': 202,
    panic: 502,
  };
  const got = {
    exception: 500,
    timeout: 504,
    'slow-database': 200,
    'missing-consumer': 200,
    panic: 503,
  };
  const failed = (code: number) => (code >= 500 ? { error: '' } : {});
  const toShop = 'shop.default.svc.cluster.local:8080/*';
  const toStock = 'stock.default.svc.cluster.local:8080/*';
  const outbound = envoy(
    'outbound|8080||stock.default.svc.cluster.local',
    got[fault],
    fault === 'timeout' ? 'UT' : '-',
  );
  const front: Shape[] = [
    {
      service: 'istio-ingressgateway.istio-system',
      name: toShop,
      kind: 'client',
      from: 0,
      to: end,
      attributes: envoy('outbound|8080||shop.default.svc.cluster.local', answer[fault]),
    },
    {
      service: 'shop.default',
      name: toShop,
      kind: 'server',
      parent: 0,
      from: 2,
      to: end - 2,
      attributes: envoy('inbound|8080||', answer[fault]),
    },
    {
      service: 'shop',
      name: 'GET /orders/{sku}',
      kind: 'server',
      parent: 1,
      from: 4,
      to: end - 4,
      attributes: status(answer[fault]),
      ...failed(answer[fault]),
    },
    {
      service: 'shop',
      name: 'HTTP GET',
      kind: 'client',
      parent: 2,
      from: 6,
      to: end - 6,
      attributes: { ...status(got[fault]), 'server.address': 'stock' },
      ...failed(got[fault]),
    },
    {
      service: 'shop.default',
      name: toStock,
      kind: 'client',
      parent: 3,
      from: 8,
      to: end - 8,
      attributes: outbound,
    },
  ];
  const inbound: Shape = {
    service: 'stock.default',
    name: toStock,
    kind: 'server',
    parent: 4,
    from: 10,
    to: fault === 'timeout' ? end - 9 : end - 10,
    attributes: envoy('inbound|8080||', got[fault]),
  };
  const stock: Shape = {
    service: 'stock',
    name: 'GET /stock/{sku}',
    kind: 'server',
    parent: 5,
    from: 12,
    to: end - 12,
    attributes: status(got[fault]),
  };
  switch (fault) {
    case 'exception':
      return [
        ...front,
        inbound,
        { ...stock, error: '', thrown: ['*errors.errorString', 'no stock of A-1'] },
      ];
    case 'timeout':
      return [
        ...front,
        // Whoever asked had gone: no code, no error.
        { ...inbound, attributes: envoy('inbound|8080||', 0, 'DC') },
        {
          ...stock,
          to: 1_200,
          attributes: status(500),
          error: '',
          thrown: ['*errors.errorString', 'context canceled'],
        },
      ];
    case 'slow-database':
      return [
        ...front,
        inbound,
        stock,
        {
          service: 'stock',
          name: 'SELECT stock',
          kind: 'client',
          parent: 6,
          from: 14,
          to: 1_516,
          attributes: { 'db.system.name': 'postgresql' },
        },
      ];
    case 'missing-consumer':
      return [
        ...front,
        inbound,
        stock,
        {
          service: 'shop',
          name: 'send orders',
          kind: 'producer',
          parent: 2,
          from: end - 6,
          to: end - 5,
          attributes: orders,
        },
      ];
    case 'panic':
      // The process died: its spans were never sent, its sidecar tells of the connection.
      return [...front, { ...inbound, attributes: envoy('inbound|8080||', 503, 'UC') }];
  }
}

/** A request through a mesh, as Istio's sidecars trace it by OpenTelemetry. */
export const meshRequest = (fault: Fault): WireResourceSpans[] =>
  toOtlp(`a${FAULTS.indexOf(fault)}`, meshShapes(fault));
