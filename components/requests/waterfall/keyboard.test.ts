import { describe, expect, test } from 'vitest';
import { lane, spanRow } from '../request.fixture';
import { keyCommand, type KeyState } from './keyboard';
import { waterfallRows } from './rows';
import { NO_POSITION, spanTableFromRows } from './span-table';

/** Rows: 0 lane a, 1 a.edge, 2 a.checkout, 3 a.payments (failed), 4 lane b, 5 b.worker (failed). */
const spans = [
  spanRow('a.edge'),
  spanRow('a.checkout', { parent: 'a.edge' }),
  spanRow('a.payments', { parent: 'a.checkout', failed: true }),
  spanRow('b.worker', { lane: 1, failed: true }),
];
const table = spanTableFromRows(spans, 'adjusted');
const view = { lanes: [lane('a'), lane('b')], annotations: [], logs: [] };

function press(key: string, focused: number, parts: Partial<KeyState> = {}) {
  const collapsed = parts.collapsed ?? new Set<string>();
  const rows = waterfallRows(view, table, collapsed);
  return keyCommand(key, { rows, table, collapsed, culprit: 2, focused, ...parts });
}

describe('keys of the waterfall', () => {
  test('arrows and pages move between rows', () => {
    expect(press('ArrowDown', 1)).toEqual({ type: 'focus-row', index: 2 });
    expect(press('ArrowUp', 1)).toEqual({ type: 'focus-row', index: 0 });
    expect(press('PageDown', 1)).toEqual({ type: 'focus-row', index: 16 });
    expect(press('Home', 3)).toEqual({ type: 'focus-row', index: 0 });
    expect(press('End', 0)).toEqual({ type: 'focus-row', index: 5 });
  });
  test('left collapses what is open, then leads to the parent', () => {
    expect(press('ArrowLeft', 2)).toEqual({ type: 'toggle', key: 'a.checkout', open: false });
    expect(press('ArrowLeft', 2, { collapsed: new Set(['a.checkout']) })).toEqual({
      type: 'focus-span',
      position: 0,
    });
    expect(press('ArrowLeft', 3)).toEqual({ type: 'focus-span', position: 1 });
  });
  test('left does nothing on a root without children', () => {
    expect(press('ArrowLeft', 5)).toBeUndefined();
  });
  test('right expands what is collapsed, then leads to the next row', () => {
    const collapsed = new Set(['a']);
    expect(press('ArrowRight', 0, { collapsed })).toEqual({
      type: 'toggle',
      key: 'a',
      open: true,
    });
    expect(press('ArrowRight', 0)).toEqual({ type: 'focus-row', index: 1 });
  });
  test('Enter opens the details of a span, and toggles a lane', () => {
    expect(press('Enter', 3)).toEqual({ type: 'select', position: 2, reveal: false });
    expect(press('Enter', 0)).toEqual({ type: 'toggle', key: 'a', open: false });
  });
  test('e and E lead through the errors, and stop at the ends', () => {
    expect(press('e', 0)).toMatchObject({ type: 'select', position: 2, reveal: true });
    expect(press('e', 3)).toMatchObject({ position: 3 });
    expect(press('e', 5)).toBeUndefined();
    expect(press('E', 5)).toMatchObject({ position: 2 });
  });
  test('c leads to the culprit, where there is one', () => {
    expect(press('c', 0)).toMatchObject({ type: 'select', position: 2 });
    expect(press('c', 0, { culprit: NO_POSITION })).toBeUndefined();
  });
  test('brackets lead to the next and the previous lane', () => {
    expect(press(']', 1)).toEqual({ type: 'focus-row', index: 4 });
    expect(press(']', 4)).toBeUndefined();
    expect(press('[', 5)).toEqual({ type: 'focus-row', index: 4 });
  });
  test('plus, minus and zero zoom', () => {
    expect(press('+', 0)).toEqual({ type: 'zoom', factor: 0.5 });
    expect(press('=', 0)).toEqual({ type: 'zoom', factor: 0.5 });
    expect(press('-', 0)).toEqual({ type: 'zoom', factor: 2 });
    expect(press('0', 0)).toEqual({ type: 'zoom', factor: null });
  });
  test('r, y and Escape act on the page', () => {
    expect(press('r', 0)).toEqual({ type: 'toggle-clock' });
    expect(press('y', 0)).toEqual({ type: 'copy-link' });
    expect(press('Escape', 0)).toEqual({ type: 'close-details' });
  });
  test('other keys are left to the browser', () => {
    expect(press('Tab', 0)).toBeUndefined();
    expect(press('x', 0)).toBeUndefined();
  });
});
