// Pure: runs in browsers too.
import { formatCount } from '@/lib/time/format';

/** "1 lane", "2 lanes", "1,200 series" */
export const counted = (count: number, noun: string, plural = `${noun}s`): string =>
  `${formatCount(count)} ${count === 1 ? noun : plural}`;
