import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/**
 * Which area may import which (docs/architecture.md): an area may import itself and areas of later
 * rows. Areas of one row do not know each other. Types count as imports; nothing is excepted.
 */
const ROWS = [
  ['app'],
  [
    'components/alerts',
    'components/dashboards',
    'components/home',
    'components/requests',
    'components/settings',
    'components/sources',
  ],
  ['components/shell'],
  ['components/charts'],
  ['components/ui'],
  ['lib/pages'],
  ['lib/alerts'],
  ['lib/requests', 'lib/dashboards'],
  ['lib/telemetry', 'lib/jobs'],
  ['lib/http'],
  ['lib/auth'],
  ['lib/db', 'lib/observability'],
  ['lib/correlation-id'],
  ['lib/config', 'lib/errors', 'lib/time'],
];

/** Product areas that meet in lib/pages only, although one stands on a later row. */
const APART = [['lib/alerts', 'lib/dashboards']];

/** Beside the product: they use it and nothing in it uses them. */
const OUTSIDE = /^(bin|bench|e2e|demo)\//;

/** The first line of a module that browsers may run: no Node, no zod, no state. */
export const PURE_MARK = '// Pure: runs in browsers too.';

const areaOf = (file) => {
  if (/^(proxy|instrumentation)[.\w]*\.ts$/.test(file)) return 'app';
  return ROWS.flat().find((area) => file === area || file.startsWith(`${area}/`));
};
const rowOf = (area) => ROWS.findIndex((row) => row.includes(area));

/**
 * The fault of one import as a sentence; undefined when it is allowed.
 * @param from the importing file, from the root
 * @param to the imported module, from the root, without its ending
 * @param typeOnly whether only types are imported
 * @param isPure tells whether a module carries the mark
 */
export function importFault(from, to, typeOnly, isPure) {
  const [here, there] = [areaOf(from), areaOf(to)];
  if (here && OUTSIDE.test(to))
    return `${here} is part of the product and must not import ${to.split('/')[0]}/`;
  if (!here || !there) return undefined;
  if (isPure(from.replace(/\.tsx?$/, '')) && !typeOnly && !isPure(to))
    return `a pure module may run only pure modules: ${to} is not marked`;
  if (here === there) return undefined;
  if (rowOf(there) < rowOf(here)) return `${here} must not import ${there}: imports go one way`;
  const apart = APART.some((pair) => pair.includes(here) && pair.includes(there));
  if (apart || rowOf(there) === rowOf(here))
    return `${here} and ${there} must not know each other; compose them in lib/pages or in app`;
  if (!here.startsWith('components') || !there.startsWith('lib')) return undefined;
  if (isPure(to) || (typeOnly && /\/contract$/.test(to))) return undefined;
  return `components take types of a contract.ts and modules marked pure, not ${to}`;
}

const root = process.cwd();
const pathFromRoot = (target, file) => {
  if (target.startsWith('@/')) return target.slice(2);
  if (target.startsWith('.')) return relative(root, resolve(dirname(file), target));
  return undefined;
};

const marks = new Map();
function isMarkedPure(module) {
  if (!marks.has(module)) {
    const path = ['.ts', '.tsx'].map((ending) => join(root, module + ending)).find(existsSync);
    marks.set(module, path !== undefined && readFileSync(path, 'utf8').startsWith(PURE_MARK));
  }
  return marks.get(module);
}

const direction = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const from = relative(root, context.filename);
    if (/\.(test|fixture)\.tsx?$/.test(from)) return {};
    const check = (node, source, typeOnly) => {
      const to =
        typeof source?.value === 'string'
          ? pathFromRoot(source.value, context.filename)
          : undefined;
      const fault = to && importFault(from, to, typeOnly, isMarkedPure);
      if (fault) context.report({ node, message: fault });
    };
    const typesOnly = (node) => node.importKind === 'type' || node.exportKind === 'type';
    return {
      ImportDeclaration: (node) => check(node, node.source, typesOnly(node)),
      ExportNamedDeclaration: (node) => check(node, node.source, typesOnly(node)),
      ExportAllDeclaration: (node) => check(node, node.source, typesOnly(node)),
      ImportExpression: (node) => check(node, node.source, false),
      TSImportType: (node) => check(node, node.source ?? node.argument?.literal, true),
    };
  },
};

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const WRAPPERS = new Set(['handle', 'intake']);

/**
 * Every handler is made by a wrapper that demands an access; every page asks or says it is public.
 */
const accessDecision = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const file = relative(root, context.filename);
    if (/^app\/.*route\.tsx?$/.test(file)) {
      const report = (node) =>
        context.report({
          node,
          message:
            'a route needs an access decision: make it with handle({ access, … }) or intake(…)',
        });
      return {
        ExportNamedDeclaration(node) {
          const { declaration } = node;
          if (declaration?.type === 'FunctionDeclaration' && METHODS.has(declaration.id.name))
            report(node);
          for (const each of declaration?.declarations ?? []) {
            const wrapped = WRAPPERS.has(each.init?.callee?.name);
            if (METHODS.has(each.id.name) && !wrapped) report(each);
          }
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
              "a page needs an access decision: await requirePage(action, here), or export const access = 'public'",
          }),
      };
    }
    return {};
  },
};

const throughline = { rules: { direction, 'access-decision': accessDecision } };
export default throughline;
