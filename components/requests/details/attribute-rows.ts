// Pure: runs in browsers too.
import type { SpanRow } from '@/lib/requests/contract';

/** Attributes by name; what is no text is written as JSON. */
export function attributeRows(
  attributes: SpanRow['attributes'],
): readonly { readonly key: string; readonly text: string }[] {
  return Object.keys(attributes)
    .toSorted()
    .map((key) => ({ key, text: textOf(attributes[key]) }));
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);
