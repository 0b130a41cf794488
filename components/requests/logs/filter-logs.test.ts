import { describe, expect, test } from 'vitest';
import { logRow } from '../request.fixture';
import { filterLogs, nearestLog, servicesOf, type LogFilter } from './filter-logs';

const logs = [
  logRow('1', { offsetNs: 0, service: 'edge', body: 'GET /' }),
  logRow('2', { offsetNs: 100, level: 'error', body: 'Stock is empty' }),
  logRow('3', { offsetNs: 300, unattached: 'no_span_id', body: 'stock refilled' }),
];
const ids = (filter: Partial<LogFilter>) =>
  filterLogs(logs, { text: '', level: null, service: null, ...filter }).map(({ id }) => id);

describe('the listed lines', () => {
  test('are all without a filter', () => {
    expect(ids({})).toEqual(['1', '2', '3']);
  });
  test('have the text, whatever the case', () => {
    expect(ids({ text: 'STOCK' })).toEqual(['2', '3']);
  });
  test('have the level, or belong to no span', () => {
    expect(ids({ level: 'error' })).toEqual(['2']);
    expect(ids({ level: 'unattached' })).toEqual(['3']);
  });
  test('have the service, and pass all filters at once', () => {
    expect(ids({ service: 'edge' })).toEqual(['1']);
    expect(ids({ service: 'edge', text: 'stock' })).toEqual([]);
  });
});

test('each service is offered once, by name', () => {
  expect(servicesOf(logs)).toEqual(['checkout', 'edge']);
});

describe('the line nearest to the crosshair', () => {
  test.each([
    [-50, 0],
    [49, 0],
    [51, 1],
    [100, 1],
    [199, 1],
    [201, 2],
    [900, 2],
  ])('of %i is line %i', (offset, index) => expect(nearestLog(logs, offset)).toBe(index));
  test('is none without a crosshair or lines', () => {
    expect(nearestLog(logs, null)).toBe(-1);
    expect(nearestLog([], 5)).toBe(-1);
  });
});
