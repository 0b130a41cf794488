import { expect, test } from 'vitest';
import { judgeImport } from './house-rules.mjs';

test.each([
  ['app/page.tsx', 'components/ui/panel', false],
  ['components/ui/panel.tsx', 'lib/time/format', false],
  ['components/request-view/ledger-bar.tsx', 'lib/request-view/schema', true],
  ['lib/request-view/gather.ts', 'lib/telemetry/model', false],
  ['lib/telemetry/loki/source.ts', 'lib/http/outbound', false],
])('%s may import %s', (from, to, typeOnly) =>
  expect(judgeImport(from, to, typeOnly)).toBeUndefined(),
);

test.each([
  ['lib/telemetry/model.ts', 'lib/request-view/gather', true],
  ['lib/time/units.ts', 'lib/config/load', false],
  ['lib/http/inbound.ts', 'components/ui/panel', false],
  ['lib/request-view/load.ts', 'lib/alerts/load', false],
  ['components/ui/panel.tsx', 'lib/request-view/schema', false],
  ['components/ui/panel.tsx', 'app/page', false],
  ['lib/db/migrate.ts', 'bin/parts/postgres', false],
])('%s must not import %s', (from, to, typeOnly) =>
  expect(judgeImport(from, to, typeOnly)).toBeTypeOf('string'),
);
