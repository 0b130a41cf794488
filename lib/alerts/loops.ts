import { config } from '@/lib/config/load';
import { processState } from '@/lib/config/process-state';
import { alertPool } from '@/lib/db/pool';
import { keepSession } from '@/lib/db/session';
import { log } from '@/lib/observability/log';
import { metrics } from '@/lib/observability/metrics';
import { untraced } from '@/lib/observability/untraced';
import { canary } from '@/lib/telemetry/canary';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '@/lib/time/units';
import { endAcknowledgement } from './responses/acknowledgements';
import { processDeliveries } from './intake/process-deliveries';
import { measureImpact } from './analysis/impact';
import { listenForChanges, type Channel } from './episodes/live';
import { endSilences, overdue, workOutbox } from './notifications/outbox';
import { reconcileSources } from './intake/reconcile';
import { findNewSignatures, updateStillFailing } from './analysis/recurrence';
import { expiredAcknowledgements } from './episodes/repository';

const LEADER_LOCK = 7_201_004;
const TRY_MS = 5 * SECOND_MS;

interface Loop {
  readonly name: string;
  readonly everyMs: number;
  /** Runs also when a replica says that there is something to do. */
  readonly on?: Channel;
  readonly work: () => Promise<unknown>;
}

const LOOPS: readonly Loop[] = [
  { name: 'apply', everyMs: 5 * SECOND_MS, work: processDeliveries },
  {
    name: 'reconcile',
    everyMs: 45 * SECOND_MS,
    on: 'throughline_reconcile',
    work: () => reconcileSources(),
  },
  { name: 'outbox', everyMs: SECOND_MS, work: () => drain(['escalate', 'silence']) },
  // Of its own: a capture waits for slow sources, a page must not.
  { name: 'evidence', everyMs: SECOND_MS, work: () => drain(['evidence']) },
  { name: 'expiry', everyMs: 10 * SECOND_MS, work: expire },
  { name: 'impact', everyMs: 15 * SECOND_MS, work: measureImpact },
  { name: 'silences', everyMs: 10 * SECOND_MS, work: endSilences },
  { name: 'signatures', everyMs: 30 * SECOND_MS, work: breakAcknowledgements },
  { name: 'fixes', everyMs: 60 * SECOND_MS, work: updateStillFailing },
  { name: 'counts', everyMs: 10 * SECOND_MS, work: count },
  { name: 'retention', everyMs: HOUR_MS, work: forget },
];

const loops = processState('alerts.loops', () => ({ started: false }));

/** Starts to run for leader: one process of all runs the loops, for as long as its connection holds the lock. */
export function startAlertLoops(): void {
  if (loops().started) return;
  loops().started = true;
  untraced(run);
}

function run(): void {
  let stop: (() => void) | undefined;
  keepSession(
    'leader',
    TRY_MS,
    async (client) => {
      const { rows } = await client.query<{ leads: boolean }>(
        'SELECT pg_try_advisory_lock($1) AS leads',
        [LEADER_LOCK],
      );
      if (!rows[0]?.leads) return false;
      log().info('runs the loops of alerts');
      stop = lead();
      return true;
    },
    () => {
      stop?.();
      stop = undefined;
    },
  );
}

/** Runs every loop until it is told to stop; no loop overlaps itself, none ends another. */
function lead(): () => void {
  let stopped = false;
  metrics().leader.set(1);
  const loops: readonly Loop[] = [...LOOPS, { name: 'canary', everyMs: MINUTE_MS, work: canary() }];
  const stops = loops.map(({ name, everyMs, on, work }) => {
    let timer: NodeJS.Timeout | undefined;
    let wanted = false;
    let running = false;
    const turn = async () => {
      if (running || stopped) return void (wanted = true);
      clearTimeout(timer);
      running = true;
      wanted = false;
      await untraced(work).catch((error: unknown) =>
        log().error({ loop: name, error: String(error) }, 'a loop of alerts failed; it goes on'),
      );
      running = false;
      if (!stopped) timer = setTimeout(() => void turn(), wanted ? 0 : everyMs).unref();
    };
    void turn();
    const unlisten = on && listenForChanges(on, () => void turn());
    return () => {
      clearTimeout(timer);
      unlisten?.();
    };
  });
  return () => {
    stopped = true;
    metrics().leader.set(0);
    stops.forEach((stop) => stop());
  };
}

async function drain(kinds: Parameters<typeof workOutbox>[0]): Promise<void> {
  while ((await workOutbox(kinds)) > 0);
}

async function expire(): Promise<void> {
  const expired = await expiredAcknowledgements();
  if (expired.length) await endAcknowledgement(expired, 'expired', null);
}

async function breakAcknowledgements(): Promise<void> {
  for (const { episodeId, signature, count: requests } of await findNewSignatures())
    await endAcknowledgement([episodeId], 'new signature', null, { signature, requests });
}

async function count(): Promise<void> {
  const { rows } = await alertPool().query<{ open: bigint; waiting: bigint }>(
    'SELECT (SELECT count(*) FROM alert_episodes WHERE resolved_at IS NULL) AS open, (SELECT count(*) FROM alert_deliveries WHERE processed_at IS NULL) AS waiting',
  );
  metrics().openEpisodes.set(Number(rows[0]!.open));
  metrics().alertsWaiting.set(Number(rows[0]!.waiting));
  metrics().outboxOverdue.set(await overdue());
}

/** What is older than its time: messages as they came, quarantine, finished entries of the outbox, evidence. Episodes and their events stay. */
async function forget(): Promise<void> {
  const { DELIVERY_DAYS, EVIDENCE_DAYS } = config();
  const some = () =>
    alertPool().query(
      `DELETE FROM alert_deliveries WHERE id IN (SELECT id FROM alert_deliveries WHERE received_at < now() - make_interval(days => $1) AND processed_at IS NOT NULL LIMIT 5000)`,
      [DELIVERY_DAYS],
    );
  while ((await some()).rowCount);
  await alertPool().query(
    `DELETE FROM alert_quarantine WHERE created_at < now() - make_interval(days => $1)`,
    [DELIVERY_DAYS],
  );
  await alertPool().query(
    `DELETE FROM alert_outbox WHERE done_at < now() - make_interval(days => $1)`,
    [DELIVERY_DAYS],
  );
  await alertPool().query(
    `DELETE FROM alert_evidence WHERE captured_at < now() - make_interval(days => $1)`,
    [EVIDENCE_DAYS],
  );
}
