export const text = (description: string) => ({ description, schema: { type: 'string' } });
export const query = (name: string, description: string, required = false) => ({
  in: 'query',
  name,
  required,
  ...text(description),
});
export const answer = (
  description: string,
  schema: object = { type: 'object' },
  type = 'application/json',
) => ({
  '200': { description, content: { [type]: { schema } } },
  default: { $ref: '#/components/responses/Problem' },
});

/** What a room adds to the HTTP surface. */
export interface Surface {
  readonly paths: Readonly<Record<string, object>>;
  readonly schemas: Readonly<Record<string, object>>;
}
