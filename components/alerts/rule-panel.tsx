import { useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { Panel } from '@/components/ui/panel';
import type { RuleView } from '@/lib/alerts/analysis/contract';
import type { EpisodeView } from '@/lib/alerts/contract';
import { formatDuration } from '@/lib/time/format';
import { EpisodeCard } from './episode-card';
import { LIVE_EVERY_MS, ruleQuery } from './queries';
import { ruleMarks } from './rule-marks';
import styles from './episode.module.css';

const RuleChart = dynamic(() => import('@/components/charts/rule-chart'), {
  ssr: false,
  loading: () => <span />,
});
const NS_PER_MS = 1e6;

/**
 * The value of the rule around the episode, with when it was pending, fired, was acknowledged and
 * resolved.
 */
export function RulePanel({ episode }: { episode: EpisodeView }) {
  const { data: rule, error } = useQuery({
    ...ruleQuery(episode.id),
    refetchInterval: episode.state === 'resolved' ? false : LIVE_EVERY_MS,
  });
  const pendingAt = rule?.pendingAt ?? episode.pendingAt ?? episode.startedAt;
  const graph = rule?.graph;
  return (
    <EpisodeCard
      title="Rule"
      note={<small className="mono">{graph ? ruleText(graph) : ''}</small>}
      testId="rule"
    >
      <div className={styles.graph}>
        <Panel {...panelOf(rule, error)} height={200}>
          {graph && (
            <RuleChart
              graph={graph}
              marks={ruleMarks(episode, pendingAt)}
              impactedSinceMs={Date.parse(rule.impactedSince)}
              pendingMs={Date.parse(pendingAt)}
              firedMs={Date.parse(episode.startedAt)}
              endMs={episode.resolvedAt ? Date.parse(episode.resolvedAt) : Number.MAX_SAFE_INTEGER}
            />
          )}
        </Panel>
      </div>
      {graph && (
        <p className={styles.remark}>
          {[
            graph.series.map(({ name }) => name).join(', '),
            'UTC',
            'blue: the range of the rule before it; amber: pending; red: firing',
            ...graph.partial.map(({ sentence }) => sentence),
          ].join(' · ')}
        </p>
      )}
    </EpisodeCard>
  );
}

type Graph = NonNullable<RuleView['graph']>;

/** "error ratio > 0.01 for 5 min", on one line. */
function ruleText({ expression, holdMs }: Graph): string {
  const condition = expression.replace(/\s+/g, ' ');
  return holdMs ? `${condition} for ${formatDuration(holdMs * NS_PER_MS)}` : condition;
}

function panelOf(rule: RuleView | undefined, error: Error | null) {
  if (!rule && error) return { state: 'failed', message: 'The portal did not answer.' } as const;
  if (!rule) return { state: 'loading', message: '' } as const;
  if (rule.failed) return { state: 'failed', message: rule.failed } as const;
  if (rule.graph?.series.length) return { state: 'ready' } as const;
  return { state: 'empty', message: 'The rule has no samples here.' } as const;
}
