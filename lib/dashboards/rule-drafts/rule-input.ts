import type { Panel, Severity } from '../catalogue/panel';

/** What a person enters to make an alert rule of a panel. */
export interface RuleInput {
  readonly name: string;
  readonly threshold: number;
  readonly direction: 'above' | 'below';
  readonly holdSeconds: number;
  readonly severity: Severity;
}

const MAX_TITLE_LENGTH = 50;

/** A name from the panel's title: FailedRequestsHigh. */
export function defaultRuleName({ title }: Panel, direction: RuleInput['direction']): string {
  const words = title.match(/[A-Za-z0-9]+/g) ?? [];
  const name = words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('');
  return `${name.slice(0, MAX_TITLE_LENGTH)}${direction === 'above' ? 'High' : 'Low'}`;
}

/** The query that a rule of a panel compares: its own, or the one that replaces it. */
export const ruleQueryOf = ({ query, groupBy, unit, ruleQuery }: Panel) =>
  ruleQuery ?? { query, groupBy, unit };

/** Why a rule is refused: it could never fire, or always would. Undefined where it can do both. */
export function refusalReason(
  panel: Panel,
  { direction, threshold }: Pick<RuleInput, 'direction' | 'threshold'>,
): string | undefined {
  if (direction === 'above') return undefined;
  if (panel.exampleSeries(1).some(({ kind }) => kind === 'timestamp'))
    return `${panel.title} only grows: an alert of what is below a threshold tells nothing.`;
  const minimum = panel.minimum ?? 0;
  if (threshold > minimum) return undefined;
  return `${panel.title} is never below ${minimum}: choose a threshold above it.`;
}
