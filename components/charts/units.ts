const [MIB, GIB] = [2 ** 20, 2 ** 30];

export type Unit = 'per-second' | 'ratio' | 'seconds' | 'cores' | 'bytes' | 'count';

/** One value as people read it, in its panel's unit. */
export function formatValue(value: number, unit: Unit): string {
  if (unit === 'ratio') return `${trim(value * 100)} %`;
  if (unit === 'seconds') return value < 1 ? `${trim(value * 1000)} ms` : `${trim(value)} s`;
  if (unit === 'bytes')
    return value >= GIB ? `${trim(value / GIB)} GiB` : `${trim(value / MIB)} MiB`;
  if (unit === 'cores') return `${trim(value)} cores`;
  return unit === 'per-second' ? `${trim(value)} /s` : trim(value);
}

const trim = (value: number) =>
  Math.abs(value) >= 100
    ? value.toFixed(0)
    : String(Number(value.toPrecision(Math.abs(value) >= 10 ? 3 : 2)));

/** Round ticks as they are written: bytes by powers of 1024, whole numbers for what is counted. */
export function ticksOf(low: number, top: number, count: number, unit: Unit): number[] {
  const scale = unit !== 'bytes' ? 1 : top >= GIB ? GIB : MIB;
  return roundTicks(low / scale, top / scale || 1, count, unit === 'count').map(
    (tick) => tick * scale,
  );
}

/** Round numbers from at most `low` to at least `top`, about `count` of them; whole ones for what is counted. */
export function roundTicks(low: number, top: number, count: number, whole = false): number[] {
  const rough = Math.max((top - low) / count || 1, whole ? 1 : 0);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step =
    power *
    ((whole && power === 1 ? [1, 2, 5, 10] : [1, 2, 2.5, 5, 10]).find(
      (each) => each * power >= rough,
    ) ?? 10);
  const first = Math.floor(low / step);
  return Array.from({ length: Math.ceil(top / step) - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}
