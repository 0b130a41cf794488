// @vitest-environment happy-dom
import { resolve } from 'node:path';
import { act, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ChartFrame } from '@/components/charts/chart-model';
import HeatChart from '@/components/charts/heat-chart';
import LinesChart from '@/components/charts/lines-chart';
import { assignSlots } from '@/components/charts/series-slots';
import { Crosshair } from '@/components/ui/crosshair';
import { config } from '@/lib/config/load';
import { DASHBOARDS } from '@/lib/dashboards/catalogue/catalogue';
import { MAX_CHART_SERIES } from '@/lib/dashboards/query/aligned-series';
import { loadDashboard } from '@/lib/dashboards/query/load-dashboard';
import { dashboardQuery, ruleDraftQuery, type PanelView } from '@/lib/dashboards/contract';
import { loadRuleDraft } from '@/lib/dashboards/rule-drafts/load-rule-draft';
import type { DashboardPage } from '@/lib/pages/contract';
import { replay, type Asked } from '@/lib/telemetry/replay.fixture';
import ServiceMap from './service-map';
import { CallTable } from './call-table';
import { OperationRatesTable } from './operation-rates-table';
import { SeriesTable } from './series-table';

/** Every panel, loaded from the recorded answer of a real Prometheus and drawn as on its page. */
const folder = resolve(import.meta.dirname, '../../lib/dashboards/fixtures');
const SHAPES = ['nan', 'gaps', 'one-point', 'no-series', 'five-hundred-series'] as const;
type Shape = (typeof SHAPES)[number];
const WINDOW = { from: '2026-11-22T11:00:00Z', to: '2026-11-22T12:00:00Z', points: '61' };

let shape: Shape = 'gaps';
let asked: Asked[] = [];
let close: () => Promise<void>;

vi.setConfig({ testTimeout: 60_000 });

beforeAll(async () => {
  (globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
  const server = await replay(folder, (call) =>
    call.path === '/api/v1/query_range' ? shape : undefined,
  );
  ({ asked, close } = server);
  Object.assign(process.env, {
    DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none',
    HOSTNAME: '127.0.0.1',
    LOG_LEVEL: 'silent',
    METRICS_SOURCE: 'prometheus',
    PROMETHEUS_URL: server.url,
    LOGS_SOURCE: 'loki',
    LOKI_URL: server.url,
    SCRAPE_SECONDS: '15',
  });
  config.reset();
  config();
});
beforeEach(() => {
  // A browser that measures: happy-dom lays nothing out.
  vi.spyOn(HTMLElement.prototype, 'getBoundingClientRect').mockReturnValue({
    width: 640,
    height: 220,
    left: 0,
    top: 0,
    right: 640,
    bottom: 220,
    x: 0,
    y: 0,
    toJSON: () => ({}),
  });
});
afterAll(() => close());
let leave: (() => Promise<void>) | undefined;
afterEach(() => leave?.());

const load = async (id: DashboardPage['dashboard']): Promise<DashboardPage> => ({
  ...(await loadDashboard(id, dashboardQuery.parse(WINDOW), {
    nowMs: Date.parse(WINDOW.to),
    signal: new AbortController().signal,
    episodes: async () => [],
  })),
  episodes: [],
});

/** Recharts draws in several steps; so many frames are enough on any machine. */
const MAX_FRAMES = 200;
const nextFrame = () =>
  act(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 5))));

/** One picture at a time, once it has what `isDrawn` looks for. */
async function drawn(
  element: ReactNode,
  isDrawn: (picture: HTMLElement) => boolean = () => true,
): Promise<HTMLElement> {
  await leave?.();
  const to = document.body.appendChild(document.createElement('div'));
  const root = createRoot(to);
  leave = async () => {
    await act(async () => root.unmount());
    to.remove();
    leave = undefined;
  };
  await act(async () => root.render(element));
  await nextFrame();
  for (let frame = 0; frame < MAX_FRAMES && !isDrawn(to); frame += 1) await nextFrame();
  return to;
}

const LINES = '.recharts-line';
const CURVE = '.recharts-line-curve';
const DOTS = '.recharts-line-dots circle, .recharts-line-dot, .recharts-dot';

function picture(panel: PanelView, view: DashboardPage): ReactNode {
  const frame: ChartFrame = {
    grid: view.grid,
    fromMs: Date.parse(view.from),
    toMs: Date.parse(view.to),
    changes: view.changes,
    episodes: view.episodes,
    crosshair: new Crosshair(),
    onZoom: () => {},
  };
  const { series, exemplars, unit, threshold } = panel;
  switch (panel.kind) {
    case 'heat':
      return (
        <HeatChart
          model={{ heat: panel.heat!, quantiles: series, exemplars }}
          frame={frame}
          onPick={() => {}}
        />
      );
    case 'table':
      return (
        <OperationRatesTable
          panel={panel}
          sort={{ column: 'rate', descending: true }}
          onSort={() => {}}
          onSelect={() => {}}
          onRequests={() => {}}
        />
      );
    case 'map':
      return (
        <>
          <ServiceMap panel={panel} onService={() => {}} />
          <CallTable panel={panel} />
        </>
      );
    case 'lines': {
      const slots = assignSlots([series.map(({ name }) => name)])[0]!;
      return (
        <>
          <LinesChart
            model={{ series, slots, unit, threshold, only: null, exemplars }}
            frame={frame}
            onPick={() => {}}
          />
          <SeriesTable panel={panel} stepMs={view.grid.stepMs} onRequests={() => {}} />
        </>
      );
    }
  }
}

describe.each(DASHBOARDS.map(({ id }) => id))('%s', (id) => {
  test.each(SHAPES)('every panel is drawn from an answer with %s', async (name) => {
    shape = name;
    const view = await load(id);
    expect(view.grid).toEqual({ startMs: Date.parse(WINDOW.from), stepMs: 60_000, count: 61 });
    for (const panel of view.panels) {
      expect(panel.series.length, panel.id).toBeLessThanOrEqual(
        panel.kind === 'lines' ? MAX_CHART_SERIES : 500,
      );
      for (const { values } of panel.series) {
        expect(values).toHaveLength(panel.kind === 'map' || panel.kind === 'table' ? 1 : 61);
        expect(
          values.every((value) => value === null || Number.isFinite(value)),
          `${panel.id}: a gap, never NaN`,
        ).toBe(true);
      }
      if (name === 'no-series') {
        expect(panel.state, panel.id).toBe('empty');
        expect(panel.reason).toMatch(
          /^(No samples in this time\. They|Nothing had .* in this time\. If .*: its samples) come from ./,
        );
      }
      const lines = panel.kind === 'lines' && panel.state === 'ok' ? panel.series.length : 0;
      const to = await drawn(
        picture(panel, view),
        (each) => each.querySelectorAll(LINES).length >= lines,
      );
      expect(to.innerHTML, panel.id).not.toMatch(/NaN|Infinity|undefined/);
      if (panel.kind === 'lines' && panel.state === 'ok')
        expect(to.querySelectorAll(LINES).length, panel.id).toBe(panel.series.length);
    }
  });
});

test('a gap of eleven minutes breaks the line, and what was NaN or infinite is a gap', async () => {
  shape = 'gaps';
  const [gaps] = (await load('runners')).panels;
  expect(gaps!.series[0]!.values.slice(19, 32)).toEqual([6, ...new Array<null>(11).fill(null), 4]);
  const to = await drawn(
    picture(gaps!, await load('runners')),
    (each) => each.querySelector(CURVE) !== null,
  );
  const path = to.querySelector(CURVE)!.getAttribute('d')!;
  expect(path.match(/M/g)!.length).toBeGreaterThan(1);
  shape = 'nan';
  const [nan] = (await load('runners')).panels;
  expect(nan!.series.find(({ values }) => values[0] === 0.5)!.values.slice(9, 16)).toEqual([
    0.5,
    null,
    null,
    null,
    null,
    null,
    0.5,
  ]);
});

test('one lone point is seen', async () => {
  shape = 'one-point';
  const view = await load('runners');
  const to = await drawn(
    picture(view.panels[0]!, view),
    (each) => each.querySelector(DOTS) !== null,
  );
  expect(to.querySelectorAll(DOTS)).not.toHaveLength(0);
});

test('of five hundred series the highest thirty are drawn, and the rest is counted', async () => {
  shape = 'five-hundred-series';
  const [assigned] = (await load('runners')).panels;
  expect([assigned!.series.length, assigned!.omittedSeries]).toEqual([30, 470]);
  const peaks = assigned!.series.map(({ values }) =>
    Math.max(...values.map((value) => value ?? -Infinity)),
  );
  expect(peaks).toEqual([...peaks].sort((a, b) => b - a));
});

test.each(DASHBOARDS.map(({ id, panels }) => [id, panels.length] as const))(
  '%s asks Prometheus at most once a panel (%i), and nothing twice',
  async (id, panels) => {
    shape = 'gaps';
    asked.length = 0;
    await load(id);
    const questions = asked
      .filter(({ path }) => /^\/api\/v1\/query/.test(path))
      .map(({ path, form }) => `${path} ${form.get('query')}`);
    expect(questions.length).toBeLessThanOrEqual(panels);
    expect(new Set(questions).size).toBe(questions.length);
    expect(asked.filter(({ path }) => path.startsWith('/loki/'))).toHaveLength(1);
  },
);

test('maps and tables show the present: what has ended is not there, and that is said', async () => {
  shape = 'gaps';
  const { panels, grid } = await load('application');
  const operations = panels.find(({ id }) => id === 'operations')!;
  expect(grid.count).toBe(61);
  expect(operations.series.length).toBeGreaterThan(0);
  expect(operations.series.every(({ values }) => values.length === 1 && values[0] !== null)).toBe(
    true,
  );
  shape = 'one-point';
  const ended = (await load('application')).panels.filter(({ kind }) => kind !== 'lines');
  for (const id of ['operations', 'dependencies'])
    expect(ended.find((panel) => panel.id === id)).toMatchObject({
      state: 'empty',
      series: [],
      reason: 'Nothing at the end of this time: what was there has ended.',
    });
});

test('a backend that is away costs its panels their lines, in words, and nothing else', async () => {
  const view = await loadDashboard('cluster', dashboardQuery.parse(WINDOW), {
    nowMs: Date.parse(WINDOW.to),
    signal: AbortSignal.abort(),
    episodes: async () => {
      throw new Error('Postgres is away');
    },
  });
  expect(new Set(view.panels.map(({ state }) => state))).toEqual(new Set(['failed']));
  expect(view.panels[0]!.reason).toMatch(/^Prometheus did not answer: /);
  expect(view.missing.map(({ part }) => part).sort()).toEqual(['changes', 'episodes']);
  expect(view.complete).toBe(true);
});

test('a rule is drafted although its preview cannot be had', async () => {
  const draft = await loadRuleDraft(
    'application',
    'errors',
    ruleDraftQuery.parse({ ...WINDOW, name: 'CheckoutFails' }),
    Date.parse(WINDOW.to),
    AbortSignal.abort(),
  );
  expect(draft).toMatchObject({ name: 'CheckoutFails', firings: [], seriesCount: 0 });
  expect(draft.rule).toContain('alert: CheckoutFails');
  expect(draft.previewProblem).toMatch(/^Prometheus did not answer: /);
});
