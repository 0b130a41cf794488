import { epochMs, type EpochMs } from '@/lib/time/units';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const EARLIEST = Date.UTC(2015, 0, 1);

/**
 * The instant some ids carry: UUIDv7 (RFC 9562, first 48 bits), ULID (first ten characters), X-Ray
 * (`1-<epoch seconds>-…`) and X-Ray shaped trace ids. Returns undefined where there is none or
 * where it cannot be true (before 2015, over a day ahead), so a random id that merely looks like
 * one never narrows a search by much: the caller still sweeps on.
 */
export function timeInId(id: string, nowMs: number = Date.now()): EpochMs | undefined {
  const ms = uuidV7(id) ?? ulid(id) ?? xRay(id);
  return ms !== undefined && ms >= EARLIEST && ms <= nowMs + 86_400_000 ? epochMs(ms) : undefined;
}

function uuidV7(id: string): number | undefined {
  const match = /([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i.exec(
    id,
  );
  return match ? Number.parseInt(`${match[1]}${match[2]}`, 16) : undefined;
}

function ulid(id: string): number | undefined {
  const match = /(?:^|[-_.:])([0-7][0-9A-HJKMNP-TV-Z]{9})[0-9A-HJKMNP-TV-Z]{16}$/i.exec(id);
  if (!match) return undefined;
  return [...match[1]!.toUpperCase()].reduce((ms, char) => ms * 32 + CROCKFORD.indexOf(char), 0);
}

function xRay(id: string): number | undefined {
  const match = /^1-([0-9a-f]{8})-[0-9a-f]{24}$/i.exec(id);
  return match ? Number.parseInt(match[1]!, 16) * 1000 : undefined;
}
