import type { WireResourceSpans } from '@/lib/telemetry/otlp/wire';
import { FAULTS, orders, status, toOtlp, type Fault, type Shape } from './made-up-spans.fixture';

/** `edge` calls `checkout`, which calls `inventory`; traced as in demo/service/http.ts. */
function ownShapes(fault: Fault): Shape[] {
  const isFailed = fault === 'exception' || fault === 'timeout' || fault === 'panic';
  const end = fault === 'slow-database' ? 1_540 : 440;
  const failure = isFailed ? { error: '' } : {};
  const front: Shape[] = [
    {
      service: 'edge',
      name: 'POST /checkout',
      kind: 'server',
      from: 0,
      to: end,
      attributes: status(isFailed ? 502 : 202),
      ...failure,
    },
    {
      service: 'edge',
      name: 'POST /orders',
      kind: 'client',
      parent: 0,
      from: 2,
      to: end - 2,
      attributes: status(isFailed ? 502 : 202),
      ...failure,
    },
    {
      service: 'checkout',
      name: 'POST /orders',
      kind: 'server',
      parent: 1,
      from: 4,
      to: end - 4,
      attributes: status(isFailed ? 502 : 202),
      ...failure,
    },
  ];
  const call: Shape = {
    service: 'checkout',
    name: 'POST /reserve',
    kind: 'client',
    parent: 2,
    from: 6,
    to: end - 6,
    attributes: status(200),
  };
  const reserve: Shape = {
    service: 'inventory',
    name: 'POST /reserve',
    kind: 'server',
    parent: 3,
    from: 8,
    to: end - 8,
    attributes: status(200),
  };
  switch (fault) {
    case 'exception':
      return [
        ...front,
        { ...call, attributes: status(409), error: '' },
        { ...reserve, attributes: status(409), error: '' },
        {
          service: 'inventory',
          name: 'reserve',
          kind: 'internal',
          parent: 4,
          from: 10,
          to: end - 10,
          attributes: { 'error.type': 'StockConflictError' },
          error: 'sku B-2: wanted 2, free 1',
          thrown: ['StockConflictError', 'sku B-2: wanted 2, free 1'],
        },
      ];
    case 'timeout':
      return [
        ...front,
        {
          ...call,
          attributes: { 'error.type': 'TimeoutError' },
          error: 'The operation was aborted due to timeout',
          thrown: ['TimeoutError', 'The operation was aborted due to timeout'],
        },
        { ...reserve, to: 1_200 },
      ];
    case 'slow-database':
      return [
        ...front,
        call,
        reserve,
        {
          service: 'inventory',
          name: 'SELECT stock',
          kind: 'client',
          parent: 4,
          from: 10,
          to: 1_516,
        },
      ];
    case 'missing-consumer':
      return [
        ...front,
        call,
        reserve,
        {
          service: 'checkout',
          name: 'send orders',
          kind: 'producer',
          parent: 2,
          from: end - 6,
          to: end - 5,
          attributes: orders,
        },
      ];
    case 'panic':
      return [
        ...front,
        {
          ...call,
          attributes: { 'error.type': 'TypeError' },
          error: 'fetch failed',
          thrown: ['TypeError', 'fetch failed'],
        },
      ];
  }
}

/** A request of the demo, as its own tracing makes it. */
export const ownRequest = (fault: Fault): WireResourceSpans[] =>
  toOtlp(`b${FAULTS.indexOf(fault)}`, ownShapes(fault));
