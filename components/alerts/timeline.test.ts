import { describe, expect, test } from 'vitest';
import { timelineEvent } from '@/lib/alerts/contract';
import { describeEvent } from './timeline';

const text = (kind: string, detail: object) => {
  const at = '2026-11-25T14:09:00Z';
  const { title, more } = describeEvent(
    timelineEvent.parse({ id: '1', at, actor: 'ann', kind, detail }),
  );
  return more ? `${title}: ${more}` : title;
};
const until = '2026-11-25T18:07:00Z';

describe('an event for people', () => {
  test.each([
    ['fired', { peer: 'am-0' }, 'fired: delivered by am-0'],
    ['resolved', { peer: 'am-0', why: 'no member has it' }, 'resolved: no member has it'],
    ['resolved', { by: 'person', note: 'it is gone' }, 'ann resolved it: “it is gone”'],
    ['resolved', { by: 'person', note: '' }, 'ann resolved it'],
    ['silence_not_possible', { ability: 'no_peers' }, /^not silenced: No member/],
    ['parts_not_read', { parts: ['label_not_text', 'start_in_future'] }, /kept as text.*arrival/],
    [
      'acknowledged',
      { owner: 'ann', note: 'looking', until, silence: true },
      'ann acknowledged: “looking” until 18:07 UTC and asked for a silence',
    ],
    ['handed_over', { owner: 'bo', note: '', until }, 'ann handed it to bo: until 18:07 UTC'],
    [
      'acknowledgement_broken',
      { owner: 'ann', signature: 'charge: timeout', requests: 1 },
      'New failure signature; acknowledgement ended.: charge: timeout, 1 request in 5 min',
    ],
    [
      'evidence_captured',
      { evidence: 'id', reason: 'fired', requests: 2, signatures: 1, from: until, to: until },
      'evidence kept: 2 requests, 1 signature, 18:07–18:07 UTC',
    ],
    [
      'notification_failed',
      { channel: 'chat', why: 'it did not answer' },
      'chat could not be notified: it did not answer',
    ],
  ])('%s', (kind, detail, expected) =>
    expect(text(kind, detail)).toEqual(
      typeof expected === 'string' ? expected : expect.stringMatching(expected),
    ),
  );
});
