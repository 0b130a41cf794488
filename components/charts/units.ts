// Pure: runs in browsers too.
const MIB = 2 ** 20;
const GIB = 2 ** 30;

export type Unit = 'per-second' | 'ratio' | 'seconds' | 'cores' | 'bytes' | 'count';

/**
 * One value with its unit, at two significant digits: 8 %, 3.8 s, 97 %. Whole numbers are kept
 * whole.
 */
export const formatValue = (value: number, unit: Unit): string => withUnit(value, unit, 2);

/** A tick of an axis: ticks are round numbers, and none is rounded. */
export const formatTickValue = (value: number, unit: Unit): string =>
  withUnit(value, unit === 'cores' ? 'count' : unit, 3);

function withUnit(value: number, unit: Unit, digits: number): string {
  const round = (number: number) => roundTo(number, digits);
  switch (unit) {
    case 'ratio':
      return `${round(value * 100)} %`;
    case 'seconds':
      return value < 1 ? `${round(value * 1000)} ms` : `${round(value)} s`;
    case 'bytes':
      return value >= GIB ? `${round(value / GIB)} GiB` : `${round(value / MIB)} MiB`;
    case 'cores':
      return `${round(value)} cores`;
    case 'per-second':
      return `${round(value)} /s`;
    case 'count':
      return round(value);
  }
}

/** To so many significant digits, but never rounding what is before the point. */
const roundTo = (value: number, digits: number): string =>
  Math.abs(value) >= 10 ** digits ? value.toFixed(0) : String(Number(value.toPrecision(digits)));

/** Round ticks as they are written: bytes by powers of 1024, whole numbers for what is counted. */
export function ticksOf(low: number, top: number, count: number, unit: Unit): number[] {
  const scale = scaleOf(top, unit);
  return roundTicks(low / scale, top / scale || 1, count, unit === 'count').map(
    (tick) => tick * scale,
  );
}

function scaleOf(top: number, unit: Unit): number {
  if (unit !== 'bytes') return 1;
  return top >= GIB ? GIB : MIB;
}

const STEPS = [1, 2, 2.5, 5, 10];
const WHOLE_STEPS = [1, 2, 5, 10];

/**
 * Round numbers from at most `low` to at least `top`, about `count` of them; whole ones for what is
 * counted.
 */
export function roundTicks(low: number, top: number, count: number, whole = false): number[] {
  const rough = Math.max((top - low) / count || 1, whole ? 1 : 0);
  const power = 10 ** Math.floor(Math.log10(rough));
  const candidates = whole && power === 1 ? WHOLE_STEPS : STEPS;
  const step = power * (candidates.find((each) => each * power >= rough) ?? 10);
  const first = Math.floor(low / step);
  const length = Math.ceil(top / step) - first + 1;
  return Array.from({ length }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}
