import type { TimelineEventDetail } from '@/lib/alerts/contract';

type UnreadPart = TimelineEventDetail<'parts_not_read'>['parts'][number];

const SENTENCES: Readonly<Record<UnreadPart, string>> = {
  status_unreadable: 'Its status is neither firing nor resolved; its times decide.',
  start_unreadable: 'Its start cannot be read; the time of its arrival stands for it.',
  start_in_future: 'Its start is in the future; the time of its arrival stands for it.',
  end_unreadable: 'Its end cannot be read.',
  end_in_future: 'Its end is in the future; the time of its arrival stands for it.',
  end_before_start: 'Its end is before its start; it ended when it began.',
  time_without_zone: 'A time has no zone; taken as UTC.',
  label_not_text: 'A label is no text; kept as text.',
  labels_cut: 'Labels are too many or too long; cut.',
  annotations_unreadable: 'Its annotations are no object; left out.',
  annotation_not_text: 'An annotation is no text; kept as text.',
  annotations_cut: 'Annotations are too many or too long; cut.',
  fingerprint_computed: 'It has no fingerprint; computed from its labels.',
  generator_url_unreadable: 'Its generatorURL is no text; left out.',
};

/** What of an alert was not as it should be, for people. */
export const describeUnreadParts = (parts: readonly UnreadPart[]): string =>
  parts.map((part) => SENTENCES[part]).join(' ');
