import type { RequestPage } from '@/lib/pages/contract';
import type { Lane, LedgerEntry, LogRow, SpanRow } from '@/lib/requests/contract';
import { axisOver, type Axis } from '@/lib/requests/view/axis';

/** Milliseconds as nanoseconds. */
export const ms = (value: number): number => value * 1e6;

export const spanRow = (id: string, parts: Partial<SpanRow> = {}): SpanRow => ({
  id,
  lane: 0,
  parent: null,
  orphan: false,
  depth: 0,
  service: 'checkout',
  name: 'POST /orders',
  kind: 'server',
  failed: false,
  outcome: 'good',
  ended: true,
  errorType: null,
  statusMessage: '',
  startOffsetNs: 0,
  skewNs: 0,
  durationNs: ms(100),
  critical: false,
  attempt: null,
  normalNs: null,
  host: 'checkout-7c',
  attributes: {},
  resource: {},
  events: [],
  links: [],
  ...parts,
});

export const lane = (id: string, parts: Partial<Lane> = {}): Lane => ({
  id,
  service: 'checkout',
  name: 'POST /orders',
  state: 'succeeded',
  startOffsetNs: 0,
  durationNs: ms(100),
  spanCount: 1,
  errorCount: 0,
  attempt: null,
  wait: null,
  ...parts,
});

export const logRow = (id: string, parts: Partial<LogRow> = {}): LogRow => ({
  id,
  time: '2026-11-25T14:02:07.000000000Z',
  offsetNs: 0,
  skewNs: 0,
  level: 'info',
  service: 'checkout',
  body: 'order accepted',
  span: null,
  unattached: null,
  attributes: {},
  ...parts,
});

export const ledgerEntry = (
  signal: LedgerEntry['signal'],
  parts: Partial<LedgerEntry> = {},
): LedgerEntry => ({
  signal,
  source: { traces: 'Tempo', logs: 'Loki', metrics: 'Prometheus', alerts: 'the portal' }[signal],
  state: 'ok',
  window: { from: '2026-11-25T14:00:00Z', to: '2026-11-25T15:00:00Z' },
  sweeping: null,
  tookMs: 40,
  rows: 1,
  reasons: [],
  ...parts,
});

export const requestPage = (parts: Partial<RequestPage> = {}): RequestPage => ({
  correlationId: '0192f4a1-7c3e-7b10-9d15-6a2f3c8b7e40',
  revision: 'one',
  complete: true,
  window: { start: '2026-11-25T14:02:06.995000000Z', durationNs: ms(1000) },
  verdict: {
    state: 'succeeded',
    sentence: [{ text: 'Succeeded in 1 s.', tone: 'plain' }],
    provisional: false,
    culprit: null,
    signature: null,
    normalNs: null,
    attempts: 1,
    alike: null,
  },
  ledger: [],
  lanes: [],
  spanCount: 0,
  logCount: 0,
  spans: [],
  positions: {},
  logs: [],
  metrics: [],
  episodes: [],
  evidence: null,
  annotations: [],
  ...parts,
});

/** A time axis to scale. */
export const linearAxis = (from: number, to: number): Axis =>
  axisOver([{ from, to, folded: false }], from, to, 0);
