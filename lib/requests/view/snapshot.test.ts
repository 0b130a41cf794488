import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { asCorrelationId } from '@/lib/correlation-id/grammar';
import { nsToMs } from '@/lib/time/units';
import { line, span } from '../correlation/spans.fixture';
import { collectRequest } from '../discovery/request-collector';
import { memorySources } from '../discovery/sources.fixture';
import { restoreSnapshot, takeSnapshot } from './snapshot';

const id = asCorrelationId('order-2026-1122')!;
const evidence = { id: 'e1', keptAt: '2026-11-25T14:09:00.000Z' };

const assembled = () =>
  collectRequest(
    id,
    memorySources(
      [span(1, undefined, 0, 10, { attributes: { correlation_id: id } })],
      [line(1, 5, { correlationId: id, trace: 1, span: 1 }), line(2, 6, { correlationId: id })],
    ),
    { nowMs: nsToMs(span(1, undefined, 0, 0).startNs) + 120_000, searchDays: 1, keptDays: 3 },
  );

test('a request is restored as it was, and says since when it is kept', async () => {
  const before = await assembled();
  const { view, request } = restoreSnapshot(takeSnapshot(before), evidence);
  expect(view).toEqual({ ...before.view, evidence });
  expect(request.tree).toEqual(before.request.tree);
  expect(request.lines).toEqual(before.request.lines);
});

test('a snapshot of before reasons had codes still opens', async () => {
  const before = await assembled();
  const {
    version: _,
    view,
    ...rest
  } = JSON.parse(gunzipSync(takeSnapshot(before)).toString('utf8')) as {
    version: number;
    view: Record<string, unknown>;
  };
  const { evidence: __, ...withoutEvidence } = view;
  const stored = {
    ...rest,
    view: {
      ...withoutEvidence,
      frozen: null,
      ledger: before.view.ledger.map((entry) => ({
        ...entry,
        reasons: entry.signal === 'traces' ? ['only the first 500 traces were read'] : [],
      })),
      logs: before.view.logs.map((row) => ({
        ...row,
        unattached: row.unattached === null ? null : 'no trace id',
      })),
    },
  };
  const restored = restoreSnapshot(gzipSync(JSON.stringify(stored)), evidence);
  expect(restored.view.ledger[0]!.reasons).toEqual([
    { code: 'recorded', sentence: 'only the first 500 traces were read' },
  ]);
  expect(restored.view.logs.map((row) => row.unattached)).toEqual([null, 'no_trace_id']);
  expect(restored.view).toMatchObject({ evidence, complete: true, spans: before.view.spans });
  expect(restored.view).not.toHaveProperty('frozen');
});

test('a snapshot of before spans had an outcome and an end still opens', async () => {
  const { view, spans, lines } = JSON.parse(
    gunzipSync(takeSnapshot(await assembled())).toString('utf8'),
  ) as {
    view: { spans: Record<string, unknown>[] };
    spans: Record<string, unknown>[];
    lines: unknown[];
  };
  const withoutOutcome = ({ outcome: _, ended: __, ...rest }: Record<string, unknown>) => rest;
  const stored = {
    version: 2,
    view: { ...view, spans: view.spans.map((row) => ({ ...withoutOutcome(row), failed: true })) },
    spans: spans.map((each) => ({ ...withoutOutcome(each), status: 'error' })),
    lines,
  };
  const restored = restoreSnapshot(gzipSync(JSON.stringify(stored)), evidence);
  expect(restored.view.spans[0]).toMatchObject({ failed: true, outcome: 'failed', ended: true });
  expect(restored.request.tree.nodes[0]!.span).toMatchObject({ outcome: 'failed', ended: true });
});

test('bytes that are no snapshot are refused', () => {
  const notASnapshot = gzipSync(JSON.stringify({ view: {}, spans: [{}], lines: [] }));
  expect(() => restoreSnapshot(notASnapshot, evidence)).toThrow();
});
