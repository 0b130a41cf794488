import { readFileSync } from 'node:fs';

export const FAULTS = ['slow-dependency', 'error-burst'] as const;
export type Fault = (typeof FAULTS)[number];

/** Whether a fault is switched on: `bin/demo --fault NAME=on|off` writes the file every service reads. */
export function faultIsOn(fault: Fault): boolean {
  try {
    return (JSON.parse(readFileSync(process.env.DEMO_FAULTS ?? '', 'utf8')) as Record<string, boolean>)[fault] === true;
  } catch {
    return false;
  }
}
