import { useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import type { Mark } from '@/components/charts/rule-chart';
import { Panel } from '@/components/ui/panel';
import type { EpisodeView } from '@/lib/alerts/contract';
import { LIVE_EVERY_MS, ruleQuery } from './queries';
import { formatClock, formatElapsed } from './alert-text';
import styles from './alerts.module.css';

const RuleChart = dynamic(() => import('@/components/charts/rule-chart'), {
  ssr: false,
  loading: () => <span />,
});

/** The value of the rule around the episode, with when it was pending, fired, was acknowledged and resolved. */
export function RulePanel({ episode }: { episode: EpisodeView }) {
  const query = useQuery({
    ...ruleQuery(episode.id),
    refetchInterval: episode.state === 'resolved' ? false : LIVE_EVERY_MS,
  });
  const rule = query.data;
  const pendingMs = Date.parse(rule?.pendingAt ?? episode.pendingAt ?? episode.startedAt);
  const firedMs = Date.parse(episode.startedAt);
  const marks: Mark[] = [
    ...(pendingMs < firedMs
      ? [
          {
            atMs: pendingMs,
            label: `pending ${formatClock(rule?.pendingAt ?? episode.startedAt)}`,
            tone: 'warning' as const,
          },
        ]
      : []),
    { atMs: firedMs, label: `fired ${formatClock(episode.startedAt)}`, tone: 'critical' },
    ...(episode.acknowledgement
      ? [
          {
            atMs: Date.parse(episode.acknowledgement.createdAt),
            label: `⚑ acknowledged ${formatClock(episode.acknowledgement.createdAt)}`,
            tone: 'accent' as const,
          },
        ]
      : []),
    ...(episode.resolvedAt
      ? [
          {
            atMs: Date.parse(episode.resolvedAt),
            label: `resolved ${formatClock(episode.resolvedAt)}`,
            tone: 'ok' as const,
          },
        ]
      : []),
  ];
  const graph = rule?.graph;
  return (
    <section className={styles.card} data-testid="rule">
      <h2>
        Rule{' '}
        <small className="mono">
          {graph
            ? `${graph.expression.replace(/\s+/g, ' ')}${graph.holdMs ? ` for ${formatElapsed(new Date(0).toISOString(), graph.holdMs)}` : ''}`
            : ''}
        </small>
      </h2>
      <div className={styles.graph}>
        <Panel
          state={
            !rule
              ? query.error
                ? 'failed'
                : 'loading'
              : rule.failed
                ? 'failed'
                : graph?.series.length
                  ? 'ready'
                  : 'empty'
          }
          height={200}
          message={
            !rule
              ? query.error
                ? 'The portal did not answer.'
                : ''
              : (rule.failed ?? 'The rule has no samples here.')
          }
        >
          {graph && (
            <RuleChart
              graph={graph}
              marks={marks}
              impactedSinceMs={Date.parse(rule.hurtSince)}
              pendingMs={pendingMs}
              firedMs={firedMs}
              endMs={episode.resolvedAt ? Date.parse(episode.resolvedAt) : Number.MAX_SAFE_INTEGER}
            />
          )}
        </Panel>
      </div>
      {graph && (
        <p className={styles.remark}>
          {graph.series.map(({ name }) => name).join(', ')} · UTC · blue: what the rule looked back
          over; amber: pending; red: firing
          {graph.partial.length
            ? ` · ${graph.partial.map(({ sentence }) => sentence).join('; ')}`
            : ''}
        </p>
      )}
    </section>
  );
}
