import { expect, test } from 'vitest';
import { judgeImport } from './lint-rules.mjs';

test.each([
  ['app/page.tsx', 'components/ui/panel', false],
  ['components/ui/panel.tsx', 'lib/time/format', false],
  ['components/requests/ledger-bar.tsx', 'lib/requests/contract', true],
  ['lib/requests/discovery/gather.ts', 'lib/telemetry/model', false],
  ['lib/telemetry/loki/source.ts', 'lib/http/outbound', false],
])('%s may import %s', (from, to, typeOnly) =>
  expect(judgeImport(from, to, typeOnly)).toBeUndefined(),
);

test.each([
  ['lib/telemetry/model.ts', 'lib/requests/discovery/gather', true],
  ['lib/time/units.ts', 'lib/config/load', false],
  ['lib/http/inbound.ts', 'components/ui/panel', false],
  ['lib/requests/view/load.ts', 'lib/alerts/load', false],
  ['components/ui/panel.tsx', 'lib/requests/contract', false],
  ['components/ui/panel.tsx', 'app/page', false],
  ['lib/db/migrate.ts', 'bin/parts/postgres', false],
])('%s must not import %s', (from, to, typeOnly) =>
  expect(judgeImport(from, to, typeOnly)).toBeTypeOf('string'),
);
