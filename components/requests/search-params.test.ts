import { createLoader, createSerializer } from 'nuqs/server';
import { expect, test } from 'vitest';
import { requestSearchParams } from './search-params';
import { fromRfc3339 } from '@/lib/time/units';
import { parseZoom } from './zoom';

const load = createLoader(requestSearchParams);
const serialize = createSerializer(requestSearchParams);

test('the server reads what a component wrote', () => {
  const seen = {
    from: '2026-11-25T14:00:00.000Z',
    to: '2026-11-25T15:00:00.000Z',
    evidence: null,
    span: 'a.1',
    tab: 'operations' as const,
    clock: 'raw' as const,
    gaps: 'linear' as const,
    zoom: parseZoom('2026-11-25T14:02:07.000000000Z_2026-11-25T14:02:08.000000000Z'),
    at: fromRfc3339('2026-11-25T14:02:07.123456789Z')!,
    collapsed: ['0af7651916cd43dd8448eb211c80319c', 'a.1'],
    q: 'stock & more',
    level: 'error' as const,
    service: 'inventory',
    with: 'another-request',
    sort: 'calls' as const,
    direction: 'ascending' as const,
  };
  expect(load(serialize(seen))).toEqual(seen);
});

test('what is not chosen is not in the URL', () => {
  expect(serialize(load(''))).toBe('');
});

test('values that nothing has are as if they were not there', () => {
  expect(load('?tab=elsewhere&clock=mine&zoom=1_2&level=loud&at=noon')).toEqual(load(''));
});
