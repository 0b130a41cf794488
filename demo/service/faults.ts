import { readFileSync } from 'node:fs';

export const FAULTS = [
  'slow-dependency',
  'error-burst',
  'price-error',
  'retry-storm',
  'missing-consumer',
  'clock-skew',
] as const;
export type Fault = (typeof FAULTS)[number];

/**
 * Whether a fault is switched on: `bin/demo --fault NAME=on|off` writes the file every service
 * reads.
 */
export function faultIsOn(fault: Fault): boolean {
  try {
    return (
      (JSON.parse(readFileSync(process.env.DEMO_FAULTS ?? '', 'utf8')) as Record<string, boolean>)[
        fault
      ] === true
    );
  } catch {
    // No file, or one that is being written: no fault is on.
    return false;
  }
}

/**
 * Lets this process's clock run ahead while a fault is on, as that of a machine whose time is not
 * set: everything it stamps is wrong by so much.
 */
export function runAhead(fault: Fault, ms: number): void {
  const right = Date.now;
  let ahead = 0;
  setInterval(() => (ahead = faultIsOn(fault) ? ms : 0), 500).unref();
  Date.now = () => right() + ahead;
}
