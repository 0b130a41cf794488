import { oneOf, selector, type Matcher, type PromQl } from '@/lib/telemetry/prometheus/promql';
import { ENTRY } from '@/lib/telemetry/prometheus/span-metrics';

/** The service name under which the portal reports its own telemetry. */
export const PORTAL_SERVICE = 'throughline';

/**
 * The portal's own traffic is on its own dashboard: opening the Application page must not change
 * what it shows.
 */
export const NOT_PORTAL: Matcher = ['service', '!=', PORTAL_SERVICE];

export type Parameter = 'service' | 'operation' | 'scaleSet' | 'namespace' | 'node';

/** A regular expression for each parameter, as PromQL takes it; `.*` for all. */
export type SelectionPatterns = Readonly<Record<Parameter, string>>;

/** The selected values of each parameter; all where none is selected. */
export type Selection = Partial<Readonly<Record<Parameter, readonly string[] | undefined>>>;

interface ParameterDefinition {
  readonly title: string;
  /** The series whose values of `label` can be selected, given the other selections. */
  readonly source: (patterns: SelectionPatterns) => PromQl;
  readonly label: string;
  /** Which labels of example series hold a selected value, and in which form. */
  readonly exampleLabels: Readonly<Record<string, (value: string) => string>>;
}

const unchanged = (value: string) => value;

/** What a page lets people select; each becomes a matcher of the queries. */
export const PARAMETERS: Readonly<Record<Parameter, ParameterDefinition>> = {
  service: {
    title: 'Service',
    source: () => selector('traces_spanmetrics_calls_total', [ENTRY, NOT_PORTAL]),
    label: 'service',
    exampleLabels: { service: unchanged, client: unchanged, job: unchanged },
  },
  operation: {
    title: 'Operation',
    source: ({ service }) =>
      selector('traces_spanmetrics_calls_total', [['service', '=~', service], ENTRY, NOT_PORTAL]),
    label: 'span_name',
    exampleLabels: { span_name: unchanged },
  },
  scaleSet: {
    title: 'Scale set',
    source: () => selector('gha_registered_runners', []),
    label: 'name',
    exampleLabels: {
      name: unchanged,
      actions_github_com_scale_set_name: unchanged,
      pod: (value) => `${value}-7k2pd-runner-4bq2c`,
    },
  },
  namespace: {
    title: 'Namespace',
    source: () => selector('kube_pod_info', []),
    label: 'namespace',
    exampleLabels: { namespace: unchanged },
  },
  node: {
    title: 'Node',
    source: () => selector('node_uname_info', []),
    label: 'instance',
    exampleLabels: { instance: unchanged },
  },
};
export const PARAMETER_NAMES = Object.keys(PARAMETERS) as Parameter[];

/** The patterns when nothing is selected. */
export const MATCH_ALL: SelectionPatterns = {
  service: '.*',
  operation: '.*',
  scaleSet: '.*',
  namespace: '.*',
  node: '.*',
};

/** Regular expressions that match exactly the selected values. */
export function patternsOf(selection: Selection): SelectionPatterns {
  const selected = PARAMETER_NAMES.flatMap((name) => {
    const values = selection[name] ?? [];
    return values.length > 0 ? [[name, oneOf(values)]] : [];
  });
  return { ...MATCH_ALL, ...Object.fromEntries(selected) };
}
