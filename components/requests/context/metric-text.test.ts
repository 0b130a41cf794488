import { expect, test } from 'vitest';
import type { MetricPanel } from '@/lib/requests/contract';
import { ledgerEntry } from '../request.fixture';
import {
  hiddenSeriesText,
  maximumText,
  noMetricsText,
  panelState,
  shownSeries,
  stripeNames,
} from './metric-text';

const panel = (names: readonly string[], parts: Partial<MetricPanel> = {}): MetricPanel => ({
  id: 'cpu',
  title: 'CPU',
  unit: 'count',
  state: 'ok',
  reason: null,
  promql: '',
  series: names.map((name, index) => ({
    name,
    points: [
      [0, index],
      [1, null],
    ],
  })),
  exemplars: [],
  ...parts,
});

test('six series are named, the others counted', () => {
  const many = panel(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
  expect(shownSeries(many)).toHaveLength(6);
  expect(hiddenSeriesText(many)).toBe(' and 2 more');
  expect(hiddenSeriesText(panel(['a']))).toBe('');
});

test('services keep their stripe, pods get stripes of their own', () => {
  const services = ['edge', 'checkout'];
  expect(stripeNames(panel(['checkout']), services)).toBe(services);
  expect(stripeNames(panel(['checkout-1', 'checkout-2']), services)).toEqual([
    'checkout-1',
    'checkout-2',
  ]);
});

test('the highest sample is told, if there is one', () => {
  expect(maximumText(panel(['a', 'b', 'c']))).toBe('up to 2');
  expect(maximumText(panel([]))).toBe('');
});

test('a panel that failed is told from one without samples', () => {
  expect(panelState(panel([], { state: 'failed' }))).toBe('failed');
  expect(panelState(panel([]))).toBe('empty');
  expect(panelState(panel(['a'], { state: 'partial' }))).toBe('ready');
});

test('without panels the page says why', () => {
  const reasons = [{ code: 'recorded', sentence: 'Prometheus timed out' }] as const;
  const text = (entry: Parameters<typeof ledgerEntry>[1]) =>
    noMetricsText({ ledger: [ledgerEntry('metrics', entry)] });
  expect(text({ state: 'searching' })).toBe('Asking for metrics…');
  expect(text({ state: 'failed', reasons: [...reasons] })).toBe('Prometheus timed out.');
  expect(text({ state: 'empty' })).toBe('No metrics: nothing was touched.');
  expect(text({ state: 'failed' })).toBe('Prometheus did not answer.');
  expect(text({ state: 'partial' })).toBe('No metrics in what Prometheus answered.');
  expect(text({ state: 'skipped', reasons: [...reasons] })).toBe(
    'No metrics: Prometheus timed out.',
  );
});
