import { z } from 'zod';
import { episodeBand } from '@/lib/alerts/contract';
import { dashboardView } from '@/lib/dashboards/contract';
import { requestView } from '@/lib/requests/contract';

/** Answers in which product areas meet. Requests and dashboards carry alert episodes unread. */
export const requestPage = requestView
  .extend({
    episodes: z.array(episodeBand).describe('alert episodes that were open around the request'),
  })
  .meta({ id: 'RequestPage' });

/** A line of the NDJSON: the fields that changed since the line before, each of them whole. */
export const requestPagePart = requestPage.partial().meta({ id: 'RequestPagePart' });

export type RequestPage = z.infer<typeof requestPage>;

export const dashboardPage = dashboardView
  .extend({
    episodes: z.array(episodeBand).describe('alert episodes that were open'),
  })
  .meta({ id: 'DashboardPage' });
export type DashboardPage = z.infer<typeof dashboardPage>;
