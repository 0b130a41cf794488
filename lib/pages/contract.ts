import { z } from 'zod';
import { episodeBand } from '@/lib/alerts/contract';
import { alertHealth } from '@/lib/alerts/intake/contract';
import { dashboardView } from '@/lib/dashboards/contract';
import { requestView } from '@/lib/requests/contract';
import { sourceHealth } from '@/lib/telemetry/contract';

/** Answers in which product areas meet. Requests and dashboards carry alert episodes unread. */
export const requestPage = requestView
  .extend({
    episodes: z.array(episodeBand).describe('alert episodes that were open around the request'),
  })
  .meta({ id: 'RequestPage' });

/** A line of the NDJSON: the fields that changed since the line before, each of them whole. */
export const requestPagePart = requestPage.partial().meta({ id: 'RequestPagePart' });

export type RequestPage = z.infer<typeof requestPage>;

/** A request as far as the server knew it when it rendered the page. */
export interface FirstAnswer {
  readonly view: RequestPage;
  /** The view has only the first of its log lines; the others are had by `/logs`. */
  readonly logsCut: boolean;
  /** By the server's clock. */
  readonly loadedAtMs: number;
}

export const dashboardPage = dashboardView
  .extend({
    episodes: z.array(episodeBand).describe('alert episodes that were open'),
  })
  .meta({ id: 'DashboardPage' });

/** A line of the NDJSON: panels that are ready, or what is known beside them. */
export const dashboardPagePart = dashboardPage.partial().meta({ id: 'DashboardPagePart' });

export type DashboardPage = z.infer<typeof dashboardPage>;

/** The portal's view of itself: what it reads from, and what sends it alerts. */
export const sourcesPage = z
  .object({ sources: z.array(sourceHealth), alerts: alertHealth })
  .meta({ id: 'SourcesPage' });
