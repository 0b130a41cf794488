import { expect, test } from 'vitest';
import { DASHBOARDS, findPanel, getDashboard, ignoredParameters } from './catalogue';

test('every panel says what it answers, from where its metrics come, and which requests stand behind it', () => {
  for (const { id, panels, headline } of DASHBOARDS) {
    expect(new Set(panels.map((panel) => panel.id)).size, id).toBe(panels.length);
    for (const { panel } of headline)
      expect(
        panels.some((each) => each.id === panel),
        `${id} ${panel}`,
      ).toBe(true);
    for (const panel of panels) {
      expect(panel.question, panel.id).toMatch(/\?/);
      expect(panel.exportedBy).not.toBe('');
      expect(
        panel.drilldown(Object.fromEntries(panel.groupBy.map((label) => [label, 'x']))),
      ).toMatchObject({ spanFilter: expect.anything() as object });
      if (panel.threshold) expect(panel.remediation, panel.id).toBeTruthy();
    }
  }
});

test('a parameter is ignored by a panel whose query it does not change', () => {
  const application = getDashboard('application');
  const selection = { service: ['checkout'], operation: ['POST /orders'] };
  expect(ignoredParameters(findPanel(application, 'errors')!, selection)).toEqual([]);
  expect(ignoredParameters(findPanel(application, 'budget-burn')!, selection)).toEqual([
    'operation',
  ]);
  expect(ignoredParameters(findPanel(application, 'budget-burn')!, { operation: [] })).toEqual([]);
});
