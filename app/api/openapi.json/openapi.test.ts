import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv/dist/2020.js';
import { beforeAll, expect, test } from 'vitest';
import { openApiDocument, type OpenApiDocument } from '@/lib/http/openapi';
import { registeredRoutes } from '@/lib/http/route-registry';

const APP = join(import.meta.dirname, '../..');
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

const files = readdirSync(APP, { recursive: true, encoding: 'utf8' })
  .filter((file) => /(^|\/)route\.tsx?$/.test(file))
  .toSorted();

/** `api/alerts/[episodeId]/route.ts` serves `/api/alerts/{episodeId}`. */
const pathOf = (file: string) =>
  `/${file}`
    .replace(/\/route\.tsx?$/, '')
    .replaceAll(/\/\([^)]+\)/g, '')
    .replaceAll(/\[([^\]]+)\]/g, '{$1}');

let document: OpenApiDocument;

beforeAll(async () => {
  await import('./route');
  document = openApiDocument(registeredRoutes(), '1.2.3');
}, 60_000);

test('every route module is in the list', () => {
  const list = readFileSync(join(import.meta.dirname, 'all-routes.ts'), 'utf8');
  const listed = [...list.matchAll(/import '@\/app\/(.*)';/g)].map((match) => `${match[1]}.ts`);
  expect(listed).toEqual(files.filter((file) => file !== 'api/openapi.json/route.ts'));
});

test('the document has every method that a route module exports, and no other', async () => {
  const exported: string[] = [];
  for (const file of files) {
    const route = (await import(join(APP, file))) as object;
    for (const method of Object.keys(route).filter((name) => METHODS.has(name)))
      exported.push(`${method} ${pathOf(file)}`);
  }
  const described = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(described.toSorted()).toEqual(exported.toSorted());
});

test('every operation says how it succeeds and how it is refused', () => {
  for (const [path, operations] of Object.entries(document.paths))
    for (const [method, { responses, summary }] of Object.entries(operations)) {
      const statuses = Object.keys(responses).map(Number);
      expect(summary, `${method} ${path}`).toBeTruthy();
      expect(
        statuses.filter((status) => status < 300),
        `${method} ${path}`,
      ).toHaveLength(1);
      expect(statuses, `${method} ${path}`).toContain(503);
    }
});

test('the parameters in a path are described', () => {
  for (const [path, operations] of Object.entries(document.paths)) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    for (const operation of Object.values(operations)) {
      const parameters = (operation.parameters ?? []) as { in: string; name: string }[];
      expect(parameters.filter((each) => each.in === 'path').map(({ name }) => name)).toEqual(
        named,
      );
    }
  }
});

test('every schema is JSON Schema and every reference leads somewhere', () => {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'openapi', ...document });
  const references = new Set(JSON.stringify(document).match(/#\/components\/[^"]+/g));
  expect(references.size).toBeGreaterThan(20);
  for (const reference of references)
    expect(() => ajv.compile({ $ref: `openapi${reference}` }), reference).not.toThrow();
});

/** Other systems' formats; what lib/pages fills in. */
const OPEN = /^(Otlp|(RequestView|DashboardView)\/properties\/episodes)/;

test('the shape of an answer is known, but for what other systems define', () => {
  const open: string[] = [];
  const visit = (value: unknown, at: string) => {
    if (typeof value !== 'object' || value === null) return;
    if (Object.keys(value).length === 0 && /\/(items|additionalProperties)$/.test(at))
      open.push(at);
    for (const [key, child] of Object.entries(value)) visit(child, `${at}/${key}`);
  };
  for (const [name, schema] of Object.entries(document.components.schemas)) visit(schema, name);
  expect(open.filter((at) => !OPEN.test(at))).toEqual([]);
});
