import { z } from 'zod';

export type JsonSchema = Readonly<Record<string, unknown>>;

const DEFINITIONS = '#/$defs/';
const COMPONENTS = '#/components/schemas/';

/** Turns zod schemas into JSON Schema; those with a name become components, each once. */
export class SchemaComponents {
  private readonly found = new Map<string, JsonSchema>();

  /**
   * @param io which side of a transformation: what is sent in, or what comes out
   * @returns the schema, or a reference to its component
   * @throws Error when two different schemas have one name
   */
  add(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    // A schema at the root would not become a definition: it is converted as a property.
    const { properties, $defs = {} } = z.toJSONSchema(z.object({ schema }), {
      io,
      override: ({ jsonSchema }) => withoutIntegerBounds(jsonSchema),
    });
    for (const [name, definition] of Object.entries($defs)) this.keep(name, definition);
    return inDocument(properties!.schema);
  }

  /** The schema itself where `add` gives a reference to it. */
  resolve(schema: JsonSchema): JsonSchema {
    const { $ref } = schema;
    if (typeof $ref !== 'string') return schema;
    return this.found.get($ref.slice(COMPONENTS.length))!;
  }

  all(): Readonly<Record<string, JsonSchema>> {
    return Object.fromEntries([...this.found].toSorted(([a], [b]) => a.localeCompare(b, 'en')));
  }

  private keep(name: string, definition: unknown): void {
    const { id: _, ...schema } = inDocument(definition);
    const known = this.found.get(name);
    if (known && JSON.stringify(known) !== JSON.stringify(schema))
      throw new Error(`two schemas are called ${name}`);
    this.found.set(name, schema);
  }
}

/**
 * zod says of each integer that it is one which JavaScript can count; nobody needs to read that.
 */
function withoutIntegerBounds(schema: { minimum?: number; maximum?: number }): void {
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
}

/** References of a single JSON Schema, rewritten to those of an OpenAPI document. */
const inDocument = (schema: unknown): JsonSchema =>
  JSON.parse(JSON.stringify(schema).replaceAll(`"$ref":"${DEFINITIONS}`, `"$ref":"${COMPONENTS}`));
