import { dirname, relative, resolve } from 'node:path';

/**
 * The house (docs/architecture.md): who may import whom. A room may import rooms of a later row, and itself; nobody is excepted.
 * Rooms of one row do not know each other.
 */
const ROWS = [
  ['app'],
  ['components'],
  ['lib/alerts'],
  ['lib/requests', 'lib/dashboards'],
  ['lib/telemetry'],
  ['lib/http'],
  ['lib/auth'],
  ['lib/db', 'lib/observability'],
  ['lib/correlation-id'],
  ['lib/config', 'lib/errors', 'lib/time'],
];
/** Beside the house: they use it and are used by nobody in it. */
const OUTSIDE = /^(bin|bench|e2e|demo)\//;

const roomOf = (file) =>
  ROWS.flat().find((room) => file === room || file.startsWith(`${room}/`)) ??
  (/^(proxy|instrumentation)[.\w]*\.ts$/.test(file) ? 'app' : undefined);
const rowOf = (room) => ROWS.findIndex((row) => row.includes(room));

/** The verdict on one import, as a sentence; undefined when it is allowed. Paths are from the root. */
export function judgeImport(from, to, typeOnly) {
  const [here, there] = [roomOf(from), roomOf(to)];
  if (here && OUTSIDE.test(to))
    return `${here} is part of the product and must not import ${to.split('/')[0]}/`;
  if (!here || !there || here === there) return undefined;
  if (rowOf(there) < rowOf(here)) return `${here} must not import ${there}: imports go one way`;
  if (rowOf(there) === rowOf(here))
    return `${here} and ${there} must not know each other; compose them in a page or a loader`;
  if (here === 'components' && !typeOnly && there !== 'lib/time' && !BROWSER_SAFE.test(to))
    return `components take view models: import ${to} as a type, or move the pure part to where browsers may have it`;
  return undefined;
}

/** Pure modules without zod or Node: all that a browser may run of lib. */
const BROWSER_SAFE = /^lib\/(correlation-id\/(grammar|resolve)|requests\/view\/(axis|columns))$/;

const root = process.cwd();
const pathFromRoot = (target, file) => {
  if (target.startsWith('@/')) return target.slice(2);
  if (target.startsWith('.')) return relative(root, resolve(dirname(file), target));
  return undefined;
};

const oneWay = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const from = relative(root, context.filename);
    const check = (node, source, typeOnly) => {
      const to =
        typeof source?.value === 'string'
          ? pathFromRoot(source.value, context.filename)
          : undefined;
      const fault = to && !/\.test\.tsx?$/.test(from) && judgeImport(from, to, typeOnly);
      if (fault) context.report({ node, message: fault });
    };
    const typesOnly = (node) => node.importKind === 'type' || node.exportKind === 'type';
    return {
      ImportDeclaration: (node) => check(node, node.source, typesOnly(node)),
      ExportNamedDeclaration: (node) => check(node, node.source, typesOnly(node)),
      ExportAllDeclaration: (node) => check(node, node.source, typesOnly(node)),
      ImportExpression: (node) => check(node, node.source, false),
    };
  },
};

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const WAYS_IN = new Set(['handle', 'intake']);

/** Every handler is made by `handle` (which cannot be called without an access) or `intake`; every page asks `requirePage` or says it is public. */
const decision = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const file = relative(root, context.filename);
    if (/^app\/.*route\.tsx?$/.test(file)) {
      const report = (node) =>
        context.report({
          node,
          message: 'a route needs a decision: make it with handle({ access, … }) or intake(…)',
        });
      return {
        ExportNamedDeclaration(node) {
          if (
            node.declaration?.type === 'FunctionDeclaration' &&
            METHODS.has(node.declaration.id.name)
          )
            report(node);
          for (const each of node.declaration?.declarations ?? [])
            if (METHODS.has(each.id.name) && !WAYS_IN.has(each.init?.callee?.name)) report(each);
          for (const each of node.specifiers) if (METHODS.has(each.exported.name)) report(each);
        },
        ExportAllDeclaration: report,
      };
    }
    if (/^app\/.*page\.tsx$/.test(file)) {
      let decided = false;
      return {
        CallExpression: (node) => (decided ||= node.callee.name === 'requirePage'),
        VariableDeclarator: (node) =>
          (decided ||= node.id.name === 'access' && node.init?.value === 'public'),
        'Program:exit': (node) =>
          !decided &&
          context.report({
            node,
            message:
              "a page needs a decision: await requirePage(action, here), or export const access = 'public'",
          }),
      };
    }
    return {};
  },
};

const house = { rules: { 'one-way': oneWay, decision } };
export default house;
