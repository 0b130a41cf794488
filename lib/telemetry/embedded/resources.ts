import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { PoolClient } from 'pg';
import type { Attributes } from '../model';

/**
 * Hashes of resources that this process has written, so that they are not sent with every batch.
 */
const writtenHashes = new LRUCache<string, true>({ max: 20_000 });
const hashes = new WeakMap<Attributes, Buffer>();

/** The key of a resource in the store. */
export function resourceHash(resource: Attributes): Buffer {
  const known = hashes.get(resource);
  if (known) return known;
  const hash = createHash('sha256').update(JSON.stringify(resource)).digest().subarray(0, 16);
  hashes.set(resource, hash);
  return hash;
}

export const resourceKey = (resource: Attributes): string => resourceHash(resource).toString('hex');

/** Stores the resources that this process has not written before. */
export async function writeResources(
  client: PoolClient,
  resources: Iterable<Attributes>,
): Promise<void> {
  const missing = new Map<string, string>();
  for (const resource of resources) {
    const key = resourceKey(resource);
    if (!writtenHashes.has(key)) missing.set(key, JSON.stringify(resource));
  }
  if (missing.size === 0) return;
  // In one order, so that two writers of the same resources do not wait for each other in a circle.
  await client.query(
    `
    INSERT INTO telemetry.resources (hash, attributes)
    SELECT decode(hash, 'hex'), attributes
    FROM unnest($1::text[], $2::text[]) AS sent (hash, attributes)
    ORDER BY hash
    ON CONFLICT DO NOTHING`,
    [[...missing.keys()], [...missing.values()]],
  );
}

/** To be called after the commit: what was rolled back has to be written again. */
export function rememberResources(resources: Iterable<Attributes>): void {
  for (const resource of resources) writtenHashes.set(resourceKey(resource), true);
}
