import { createLoader, createSerializer } from 'nuqs/server';
import { expect, test } from 'vitest';
import { requestSearchParams } from './search-params';
import { parseZoom } from './zoom';

const load = createLoader(requestSearchParams);
const serialize = createSerializer(requestSearchParams);

test('the server reads what a component wrote', () => {
  const seen = {
    from: '2026-11-25T14:00:00.000Z',
    to: '2026-11-25T15:00:00.000Z',
    evidence: null,
    span: 'a.1',
    tab: 'operations',
    clock: 'raw',
    gaps: 'linear',
    zoom: parseZoom('2026-11-25T14:02:07.000000000Z_2026-11-25T14:02:08.000000000Z'),
    q: 'stock & more',
    level: 'error',
    service: 'inventory',
    with: 'another-request',
    sort: 'calls',
    direction: 'ascending',
  } as const;
  expect(load(serialize(seen))).toEqual(seen);
});

test('what is not chosen is not in the URL', () => {
  expect(serialize(load(''))).toBe('');
});

test('values that nothing has are as if they were not there', () => {
  expect(load('?tab=elsewhere&clock=mine&zoom=1_2&level=loud')).toEqual(load(''));
});
