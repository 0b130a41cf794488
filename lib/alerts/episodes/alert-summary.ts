type Texts = Readonly<Record<string, string>>;

/** Grafana sends these in the place of a rule that has no data or whose query fails. */
const RULE_FAULTS: ReadonlyMap<string, string> = new Map([
  ['DatasourceNoData', 'no data'],
  ['DatasourceError', 'query error'],
]);

/** The fault that Grafana has with a rule, where an alert is of such a fault and names the rule. */
function ruleFault({ alertname = '', rulename }: Texts): { fault: string; rule: string } | null {
  const fault = RULE_FAULTS.get(alertname);
  return fault && rulename ? { fault, rule: rulename } : null;
}

/** What an alert is called: "no data: Checkout latency" for a rule of Grafana without data. */
export function alertName(labels: Texts): string {
  const faulty = ruleFault(labels);
  return faulty ? `${faulty.fault}: ${faulty.rule}` : (labels.alertname ?? 'unnamed');
}

/** What an alert says of itself, under whichever name its source has for it. */
export function alertSummary(annotations: Texts, labels: Texts): string {
  const said = annotations.summary ?? annotations.message ?? annotations.description ?? '';
  if (!ruleFault(labels)) return said;
  // The summary of the rule is about what it would have found.
  const parts = [labels.grafana_folder, annotations.Error ?? said];
  return parts.filter(Boolean).join(': ');
}
