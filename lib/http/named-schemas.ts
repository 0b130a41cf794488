import { z } from 'zod';

/** Makes each schema a component of its own in the OpenAPI document, under this name. */
export function nameSchemas(schemas: Readonly<Record<string, z.ZodType>>): void {
  for (const [id, schema] of Object.entries(schemas)) z.globalRegistry.add(schema, { id });
}
