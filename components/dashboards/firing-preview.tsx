import { formatValue, type Unit } from '@/components/charts/units';
import type { RuleDraft } from '@/lib/dashboards/contract';
import { formatCount, formatDuration, formatInstant } from '@/lib/time/format';
import type { RuleFormValues } from './rule-draft-input';
import styles from './dashboards.module.css';

const MAX_LISTED = 20;
const NS_PER_SECOND = 1e9;

interface Props {
  readonly draft: RuleDraft;
  readonly direction: RuleFormValues['direction'];
  readonly unit: Unit;
}

/** When the rule would have fired in the window that is shown. */
export function FiringPreview({ draft, direction, unit }: Props) {
  return (
    <>
      <h3>In the time that is shown</h3>
      <p data-testid="firings" role="status">
        {firingSummary(draft, direction, unit)}
      </p>
      <ul className={styles.firings}>
        {draft.firings.slice(0, MAX_LISTED).map(({ series, from, to }) => (
          <li key={`${series} ${from}`}>
            <b>{series}</b>{' '}
            <span className="mono">
              {formatInstant(Date.parse(from)).replace(' UTC', '')} –{' '}
              {to ? formatInstant(Date.parse(to)) : 'still'}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

export function firingSummary(
  draft: RuleDraft,
  direction: RuleFormValues['direction'],
  unit: Unit,
): string {
  const { seriesCount, firings, omittedFirings, extreme, previewProblem } = draft;
  if (previewProblem !== null) return `Not known when it would have fired: ${previewProblem}`;
  if (seriesCount === 0) return 'There were no samples: it would not have fired.';
  const evaluated = evaluationOf(draft);
  const count = firings.length + omittedFirings;
  if (count > 0)
    return `It would have fired ${formatCount(count)} ${count === 1 ? 'time' : 'times'}. ${evaluated}`;
  if (extreme === null) return `It would not have fired. ${evaluated}`;
  const which = direction === 'above' ? 'highest' : 'lowest';
  const value = formatValue(extreme, unit);
  return `It would not have fired: the ${which} value of ${seriesCount} series was ${value}. ${evaluated}`;
}

/** Over days a preview is coarser than the rule: shorter breaches are missed. */
function evaluationOf({ stepSeconds, ruleIntervalSeconds }: RuleDraft): string {
  const every = formatDuration(stepSeconds * NS_PER_SECOND);
  return stepSeconds > ruleIntervalSeconds
    ? `Evaluated every ${every}, less often than the rule would be.`
    : `Evaluated every ${every}, as the rule would be.`;
}
