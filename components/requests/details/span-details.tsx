'use client';

import { Stripe } from '@/components/ui/stripe';
import ui from '@/components/ui/ui.module.css';
import type { LogRow, SpanRow } from '@/lib/requests/contract';
import { formatDuration, formatOffset } from '@/lib/time/format';
import { levelDetail } from '../logs/log-text';
import { EXCEPTION_RECORDED, spanDuration } from '../outcome-text';
import { useShownRequest } from '../request-context';
import { AttributeList } from './attribute-list';
import { failureOf, type Failure } from './failure';
import shared from '../requests.module.css';
import styles from './details.module.css';

const MAX_LOGS = 50;

interface Props {
  readonly span: SpanRow;
  readonly logs: readonly LogRow[];
  readonly onClose: () => void;
  readonly onOpenSpan: (id: string) => void;
}

/** Everything known of one span, the failure first. */
export function SpanDetails({ span, logs, onClose, onOpenSpan }: Props) {
  const failure = failureOf(span);
  const events = span.events.filter((event) => event !== failure?.event);
  return (
    <aside
      className={styles.details}
      aria-label={`Details of ${span.service} ${span.name}`}
      data-testid="detail"
      tabIndex={-1}
    >
      <Header span={span} onClose={onClose} />
      {failure && <FailureBox failure={failure} />}
      <AttributeList title="Attributes" attributes={span.attributes} />
      {events.length > 0 && <Events events={events} />}
      <SpanLogs logs={logs} />
      {span.links.length > 0 && <Links links={span.links} onOpenSpan={onOpenSpan} />}
      <AttributeList title={`Resource, ${span.host}`} attributes={span.resource} />
      <p className={`mono ${shared.muted} ${styles.id}`}>{span.id}</p>
    </aside>
  );
}

function Header({ span, onClose }: Pick<Props, 'span' | 'onClose'>) {
  const { view, services } = useShownRequest();
  return (
    <div>
      <h2>
        <Stripe service={span.service} services={services} />
        {span.service} <span className={styles.operation}>{span.name}</span>
        <button type="button" className={ui.icon} onClick={onClose} aria-label="Close details">
          ✕
        </button>
      </h2>
      <p className={shared.facts}>
        {span.implausible ? (
          <span>{span.implausible.sentence}</span>
        ) : (
          <span>
            <b className="mono">{spanDuration(span)}</b>
            {span.normalNs !== null && <> normally {formatDuration(span.normalNs)}</>}
          </span>
        )}
        <span>{span.kind}</span>
        {span.outcome === 'exception' && <span>{EXCEPTION_RECORDED}, outcome unknown</span>}
        {!span.implausible && <span>starts {formatOffset(span.startOffsetNs)}</span>}
        {span.attempt && (
          <span>
            attempt {span.attempt.number} of {span.attempt.of}
          </span>
        )}
        {span.id === view.verdict.culprit && <span>the culprit</span>}
      </p>
    </div>
  );
}

function FailureBox({ failure }: { failure: Failure }) {
  return (
    <section className={`${styles.box} ${styles.failure}`}>
      <h3>{failure.title}</h3>
      <p>
        <b>{failure.type}</b>
      </p>
      {failure.message && <p>{failure.message}</p>}
      {failure.stackTrace && <pre tabIndex={0}>{failure.stackTrace}</pre>}
    </section>
  );
}

function Events({ events }: { events: SpanRow['events'] }) {
  return (
    <section className={styles.box}>
      <h3>Events</h3>
      {events.map((event, index) => (
        <p key={index}>
          <span className="mono">{formatOffset(event.offsetNs)}</span> {event.name}
        </p>
      ))}
    </section>
  );
}

function SpanLogs({ logs }: { logs: readonly LogRow[] }) {
  return (
    <section className={styles.box}>
      <h3>Logs of this span</h3>
      {logs.length === 0 && (
        <p className={shared.muted}>None of the lines found belongs to this span.</p>
      )}
      {logs.slice(0, MAX_LOGS).map((log) => (
        <p key={log.id} className={`mono ${styles.log}`}>
          <span className={shared.level} data-level={log.level}>
            {formatOffset(log.offsetNs)} {levelDetail(log)}
          </span>{' '}
          {log.body}
        </p>
      ))}
    </section>
  );
}

function Links({
  links,
  onOpenSpan,
}: {
  links: SpanRow['links'];
  onOpenSpan: Props['onOpenSpan'];
}) {
  return (
    <section className={styles.box}>
      <h3>Links</h3>
      {links.map(({ traceId, spanId, known }) => (
        <p key={`${traceId}.${spanId}`}>
          {known ? (
            <button
              type="button"
              className={shared.linkButton}
              onClick={() => onOpenSpan(`${traceId}.${spanId}`)}
            >
              <span className="mono">{spanId}</span> in this request
            </button>
          ) : (
            <span className="mono">{traceId}, not among the traces found</span>
          )}
        </p>
      ))}
    </section>
  );
}
