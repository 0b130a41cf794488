import { describe, expect, test } from 'vitest';
import { importFault } from './lint-rules.mjs';

const isPure = (module: string) => module === 'lib/time/format' || module === 'lib/time/units';
const fault = (from: string, to: string, typeOnly = false) =>
  importFault(from, to, typeOnly, isPure);

describe('direction of imports', () => {
  test.each([
    ['app/page.tsx', 'components/ui/panel', false],
    ['app/page.tsx', 'lib/pages/home', false],
    ['components/ui/panel.tsx', 'lib/time/format', false],
    ['components/requests/ledger-bar.tsx', 'lib/requests/contract', true],
    ['components/requests/ledger-bar.tsx', 'components/shell/search-box', false],
    ['lib/pages/request.ts', 'lib/alerts/analysis/evidence', false],
    ['lib/alerts/analysis/evidence.ts', 'lib/requests/view/load-request', false],
    ['lib/requests/discovery/request-collector.ts', 'lib/telemetry/model', false],
    ['lib/telemetry/loki/source.ts', 'lib/http/outbound', false],
    ['lib/time/format.ts', 'lib/time/units', false],
  ])('%s may import %s (only types: %s)', (from, to, typeOnly) =>
    expect(fault(from, to, typeOnly)).toBeUndefined(),
  );

  test.each([
    ['lib/telemetry/model.ts', 'lib/requests/discovery/gather', true],
    ['lib/requests/view/load-request.ts', 'lib/dashboards/contract', true],
    ['lib/requests/view/load-request.ts', 'lib/alerts/contract', true],
    ['lib/alerts/episodes/list-episodes.ts', 'lib/dashboards/contract', true],
    ['lib/time/units.ts', 'lib/config/load', false],
    ['lib/http/inbound.ts', 'components/ui/panel', false],
    ['components/home/tiles.tsx', 'components/alerts/severity', true],
    ['components/shell/top-bar.tsx', 'components/alerts/severity', false],
    ['components/ui/panel.tsx', 'lib/requests/contract', false],
    ['components/ui/panel.tsx', 'lib/telemetry/model', true],
    ['components/ui/panel.tsx', 'app/page', false],
    ['lib/db/migrate.ts', 'bin/parts/postgres', false],
    ['lib/time/format.ts', 'lib/time/clock', false],
  ])('%s must not import %s (only types: %s)', (from, to, typeOnly) =>
    expect(fault(from, to, typeOnly)).toBeTypeOf('string'),
  );
});
