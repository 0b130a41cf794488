import type { Verdict } from '../contract';

/** A part of the verdict's sentence, with its tone. */
export type Segment = Verdict['sentence'][number];

export const plain = (text: string): Segment => ({ text, tone: 'plain' });
export const critical = (text: string): Segment => ({ text, tone: 'critical' });
export const warning = (text: string): Segment => ({ text, tone: 'warning' });
