import { describe, expect, test } from 'vitest';
import { ms, spanRow } from '../request.fixture';
import { attributeRows } from './attribute-rows';
import { failureOf } from './failure';

describe('why a span failed', () => {
  test('is its last exception', () => {
    const exception = (type: string) => ({
      name: 'exception',
      offsetNs: ms(350.4),
      attributes: {
        'exception.type': type,
        'exception.message': 'sku B-2: wanted 2, free 1',
        'exception.stacktrace': 'at reserve',
      },
    });
    const events = [exception('FirstError'), exception('StockConflictError')];
    expect(failureOf(spanRow('a', { failed: true, events }))).toEqual({
      title: 'Exception, +350.4 ms',
      type: 'StockConflictError',
      message: 'sku B-2: wanted 2, free 1',
      stackTrace: 'at reserve',
      event: events[1],
    });
  });
  test('is its status when it has no exception', () => {
    const span = spanRow('a', { failed: true, errorType: '503', statusMessage: 'no upstream' });
    expect(failureOf(span)).toMatchObject({ title: 'Failed', type: '503', message: 'no upstream' });
  });
  test('is not said twice', () => {
    const span = spanRow('a', { failed: true, errorType: '503', statusMessage: '503' });
    expect(failureOf(span)?.message).toBe('');
  });
  test('is nothing for a span that did not', () => {
    expect(failureOf(spanRow('a'))).toBeNull();
  });
});

test('attributes are listed by name, values that are no text as JSON', () => {
  expect(attributeRows({ 'http.route': '/reserve', 'http.attempts': 3, flags: [true] })).toEqual([
    { key: 'flags', text: '[true]' },
    { key: 'http.attempts', text: '3' },
    { key: 'http.route', text: '/reserve' },
  ]);
});
