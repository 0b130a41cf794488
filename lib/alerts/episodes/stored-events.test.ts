import { describe, expect, test } from 'vitest';
import { readStoredEvent } from './stored-events';

const stored = (kind: string, detail = {}) =>
  readStoredEvent({ id: 7n, at: new Date(0), kind, actor: 'ann', detail });
const failure = { channel: 'chat', minutes: 5, why: 'it did not answer' };
const acknowledged = { owner: 'ann', note: '', until: '2026-11-25T12:00:00Z', silence: false };
const captured = {
  evidence: 'id',
  reason: 'fired',
  requests: 3,
  signatures: 1,
  from: '2026-11-25T11:00:00Z',
  to: '2026-11-25T12:00:00Z',
};

describe('an event as an earlier version stored it', () => {
  test.each([
    ['changed', 'annotations_changed', { annotations: { summary: 'worse' } }],
    ['late', 'late_message', { peer: 'am-0' }],
    ['doubted', 'unconfirmed', { peer: 'am-0' }],
    ['handed over', 'handed_over', acknowledged],
    ['acknowledgement taken back', 'acknowledgement_withdrawn', { owner: 'ann' }],
    ['acknowledgement expired', 'acknowledgement_expired', { owner: 'ann' }],
    ['acknowledgement broken', 'acknowledgement_broken', { owner: 'ann', requests: 3 }],
    ['note', 'note_added', { text: 'looking' }],
    ['fix', 'fix_recorded', { text: 'restarted it' }],
    ['frozen', 'evidence_captured', captured],
    ['evidence given up', 'evidence_abandoned', { attempts: 12, why: 'it did not answer' }],
    ['escalate failed', 'notification_failed', failure],
    ['silence failed', 'silence_failed', { acknowledgement: 'id', why: 'it did not answer' }],
    ['silence given up', 'silence_abandoned', { attempts: 12, why: 'it did not answer' }],
    ['silence ended', 'silence_ended', { silence: 'id' }],
  ])('%s is read as %s, its detail kept', (former, kind, detail) =>
    expect(stored(former, detail)).toEqual({
      id: '7',
      at: '1970-01-01T00:00:00.000Z',
      actor: 'ann',
      kind,
      detail,
    }),
  );
});

test.each([
  ['fired', { peer: 'am-0', startsAt: '2026-11-25T11:00:00Z' }],
  ['resolved', { why: 'no member has it', by: 'reconciliation' }],
  ['notified', { channel: 'chat', after: '5 min' }],
  ['silenced', { silence: 'id', until: '2026-11-25T11:00:00Z' }],
])('an event of kind %s is read as it is', (kind, detail) =>
  expect(stored(kind, detail)).toMatchObject({ kind, detail }),
);

test('an event of a kind that only a later version knows is unknown', () =>
  expect(stored('teleported')).toBeUndefined());
