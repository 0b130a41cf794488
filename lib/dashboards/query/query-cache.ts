import { OutboundError } from '@/lib/http/outbound-error';
import { log } from '@/lib/observability/log';
import type { Answer, Exemplar, MetricSource, Series } from '@/lib/telemetry/model';
import type { PromQl } from '@/lib/telemetry/prometheus/promql';
import type { Panel } from '../catalogue/panel';
import type { QueryFrame } from './query-frame';
import { gridWindow } from './time-grid';

/** Sends each distinct query of one page once, however many panels need its answer. */
export class QueryCache {
  private readonly rangeAnswers = new Map<PromQl, Promise<Answer<readonly Series[]>>>();
  private readonly exemplarAnswers = new Map<PromQl, Promise<Answer<readonly Exemplar[]>>>();

  constructor(
    private readonly source: MetricSource,
    private readonly frame: QueryFrame,
    private readonly signal: AbortSignal,
  ) {}

  /** @throws OutboundError */
  range(query: PromQl): Promise<Answer<readonly Series[]>> {
    const { grid } = this.frame;
    return getOrCreate(this.rangeAnswers, query, () =>
      this.source.range(query, gridWindow(grid), grid.stepMs / 1000, { signal: this.signal }),
    );
  }

  /** Exemplars are optional: a backend without them costs the marks, not the panel. */
  exemplars(query: PromQl): Promise<Answer<readonly Exemplar[]>> {
    return getOrCreate(this.exemplarAnswers, query, () => this.loadExemplars(query));
  }

  private async loadExemplars(query: PromQl): Promise<Answer<readonly Exemplar[]>> {
    try {
      return await this.source.exemplars(query, this.frame.window, { signal: this.signal });
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      log().debug(
        { code: 'exemplars_unavailable', source: this.source.name, error: error.message },
        'panels are shown without exemplars',
      );
      return { data: [], partial: [] };
    }
  }
}

function getOrCreate<Key, Value>(map: Map<Key, Value>, key: Key, create: () => Value): Value {
  const value = map.get(key) ?? create();
  map.set(key, value);
  return value;
}

/** All series of a panel, before they are aligned. @throws OutboundError */
export async function querySeries(
  panel: Pick<Panel, 'query' | 'sharedQuery' | 'derive'>,
  frame: QueryFrame,
  cache: QueryCache,
): Promise<Answer<readonly Series[]>> {
  const query = panel.sharedQuery ?? panel.query;
  const answer = await cache.range(query(frame.patterns, frame.rateSeconds));
  return panel.derive ? { ...answer, data: panel.derive(answer.data) } : answer;
}
