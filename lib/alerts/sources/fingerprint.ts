const OFFSET = 14_695_981_039_346_656_037n;
const PRIME = 1_099_511_628_211n;
const SEPARATOR = 0xff;

/**
 * The fingerprint that Alertmanager and Prometheus give to labels (FNV-1a of 64 bits over their
 * names and values in order, prometheus/common `LabelSet.Fingerprint`): an alert that came without
 * one is the series it is on their own lists. 16 hexadecimal digits.
 */
export function computeFingerprint(labels: Readonly<Record<string, string>>): string {
  let sum = OFFSET;
  const add = (byte: number) => {
    sum = BigInt.asUintN(64, (sum ^ BigInt(byte)) * PRIME);
  };
  const names = Object.keys(labels).toSorted(byBytes);
  for (const text of names.flatMap((name) => [name, labels[name]!])) {
    for (const byte of Buffer.from(text)) add(byte);
    add(SEPARATOR);
  }
  return sum.toString(16).padStart(16, '0');
}

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
