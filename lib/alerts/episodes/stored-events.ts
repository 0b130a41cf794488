import type { AlertEvent } from '@/lib/db/generated/client';
import { timelineEvent, type TimelineEvent, type TimelineEventKind } from '../contract';

/** Kinds as earlier versions stored them; the table is append-only. */
const FORMER_KINDS: Readonly<Record<string, TimelineEventKind>> = {
  changed: 'annotations_changed',
  late: 'late_message',
  doubted: 'unconfirmed',
  'handed over': 'handed_over',
  'acknowledgement taken back': 'acknowledgement_withdrawn',
  'acknowledgement expired': 'acknowledgement_expired',
  'acknowledgement broken': 'acknowledgement_broken',
  note: 'note_added',
  fix: 'fix_recorded',
  frozen: 'evidence_captured',
  'evidence given up': 'evidence_abandoned',
  'escalate failed': 'notification_failed',
  'escalate given up': 'notification_failed',
  'silence failed': 'silence_failed',
  'silence given up': 'silence_abandoned',
  'silence ended': 'silence_ended',
};

export type StoredEvent = Pick<AlertEvent, 'id' | 'at' | 'kind' | 'actor' | 'detail'>;

/** An event of the timeline as it is answered; undefined for one of a later version. */
export function readStoredEvent(stored: StoredEvent): TimelineEvent | undefined {
  const parsed = timelineEvent.safeParse({
    id: String(stored.id),
    at: stored.at.toISOString(),
    actor: stored.actor,
    kind: FORMER_KINDS[stored.kind] ?? stored.kind,
    detail: stored.detail,
  });
  return parsed.success ? parsed.data : undefined;
}
