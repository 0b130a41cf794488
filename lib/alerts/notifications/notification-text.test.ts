import { describe, expect, test } from 'vitest';
import { textOf } from './notification-text';

const now = Date.parse('2026-11-25T12:00:00Z');
const alert = {
  name: 'ErrorRatioHigh',
  severity: 'critical',
  service: 'checkout',
  startedAt: '2026-11-25T11:50:00Z',
  url: 'https://portal.example.com/alerts/1',
};

describe('one alert', () => {
  const single = { ...alert, kind: 'unacknowledged' as const, summary: '7 % fail', key: 'k' };

  test('is told with its severity, its service and since when', () => {
    expect(textOf(single, now)).toEqual({
      headline:
        'critical: ErrorRatioHigh on checkout has fired for 10 min, and nobody has acknowledged it.',
      lines: ['7 % fail'],
    });
  });
  test('without severity and service is told by its name alone', () => {
    expect(textOf({ ...single, severity: 'none', service: null }, now).headline).toBe(
      'ErrorRatioHigh has fired for 10 min, and nobody has acknowledged it.',
    );
  });
  test('a test of the channel says that it is one', () => {
    expect(textOf({ ...single, kind: 'test', startedAt: null }, now).headline).toBe(
      'Test from Throughline: this channel works.',
    );
  });
});

describe('a digest', () => {
  const digest = {
    kind: 'digest' as const,
    total: 37,
    bySeverity: { critical: 12, warning: 25 },
    worst: [alert, { ...alert, name: 'Slow', severity: 'warning' }],
    url: 'https://portal.example.com/alerts',
    key: 'k',
  };

  test('says how many, how bad, which are the worst, and how many are not named', () => {
    expect(textOf(digest, now)).toEqual({
      headline: '37 alerts fire, and nobody has acknowledged them: 12 critical, 25 warning.',
      lines: [
        'critical: ErrorRatioHigh on checkout, 10 min',
        'warning: Slow on checkout, 10 min',
        'and 35 more',
      ],
    });
  });
  test('that names all of them says nothing of more', () => {
    expect(textOf({ ...digest, total: 2 }, now).lines).toHaveLength(2);
  });
});
