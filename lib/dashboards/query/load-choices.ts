import { OutboundError } from '@/lib/http/outbound-error';
import { SOURCE_DEADLINE_MS } from '@/lib/http/outbound';
import { log } from '@/lib/observability/log';
import type { MetricSource } from '@/lib/telemetry/model';
import { countBy } from '@/lib/telemetry/prometheus/promql';
import { sources } from '@/lib/telemetry/sources';
import { epochMs } from '@/lib/time/units';
import type { ChoiceList } from '../contract';
import { getDashboard } from '../catalogue/catalogue';
import type { Dashboard } from '../catalogue/panel';
import { PARAMETERS, patternsOf, type Parameter, type Selection } from '../catalogue/parameters';

const MAX_CHOICES = 500;

/**
 * The values that each parameter of a dashboard can have now, given the other selections; none
 * where the source fails.
 */
export async function loadChoices(
  id: Dashboard['id'],
  selection: Selection,
  signal: AbortSignal,
): Promise<ChoiceList> {
  const { metrics } = sources();
  if (!metrics) return {};
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(SOURCE_DEADLINE_MS)]);
  const choices = await Promise.all(
    getDashboard(id).parameters.map(async (name) => [
      name,
      await loadValues(metrics, name, selection, deadline),
    ]),
  );
  return Object.fromEntries(choices) as ChoiceList;
}

async function loadValues(
  metrics: MetricSource,
  name: Parameter,
  selection: Selection,
  signal: AbortSignal,
): Promise<string[]> {
  const { source, label } = PARAMETERS[name];
  const query = countBy(label, source(patternsOf(selection)));
  try {
    const { data } = await metrics.instant(query, epochMs(Date.now()), { signal });
    return data
      .flatMap(({ labels }) => labels[label] ?? [])
      .toSorted()
      .slice(0, MAX_CHOICES);
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    log().warn(
      { code: 'choices_unavailable', source: metrics.name, parameter: name, error: error.message },
      'a parameter has no choices',
    );
    return [];
  }
}
