'use client';

import { Stripe } from '@/components/ui/stripe';
import ui from '@/components/ui/ui.module.css';
import type { LogRow, SpanRow } from '@/lib/requests/contract';
import { formatDuration, formatOffset } from '@/lib/time/format';
import styles from '../requests.module.css';

interface Props {
  readonly span: SpanRow;
  readonly logs: readonly LogRow[];
  readonly services: readonly string[];
  readonly isCulprit: boolean;
  readonly onClose: () => void;
  readonly onOpenTrace: (traceId: string, spanId: string) => void;
}

/** Everything known of one span, the failure first. */
export function DetailPanel({ span, logs, services, isCulprit, onClose, onOpenTrace }: Props) {
  const exception = span.events.findLast((event) => event.name === 'exception');
  const others = span.events.filter((event) => event !== exception);
  return (
    <aside
      className={styles.detail}
      aria-label={`Details of ${span.service} ${span.name}`}
      data-testid="detail"
      tabIndex={-1}
    >
      <div>
        <h2>
          <Stripe service={span.service} services={services} />
          {span.service} {span.name}
          <button type="button" className={ui.icon} onClick={onClose} aria-label="Close details">
            ✕
          </button>
        </h2>
        <p className={styles.facts}>
          <span>
            <b className="mono">{formatDuration(span.durationNs)}</b>
            {span.normalNs !== null && <> normally {formatDuration(span.normalNs)}</>}
          </span>
          <span>{span.kind}</span>
          <span>starts {formatOffset(span.startOffsetNs)}</span>
          {span.attempt && (
            <span>
              attempt {span.attempt.number} of {span.attempt.of}
            </span>
          )}
          {isCulprit && <span>the culprit</span>}
        </p>
      </div>
      {exception ? (
        <section className={`${styles.box} ${styles.exception}`}>
          <h3>Exception, {formatOffset(exception.offsetNs)}</h3>
          <p>
            <b>{String(exception.attributes['exception.type'] ?? span.errorType)}</b>
          </p>
          <p>{String(exception.attributes['exception.message'] ?? span.statusMessage)}</p>
          {typeof exception.attributes['exception.stacktrace'] === 'string' && (
            <pre tabIndex={0}>{exception.attributes['exception.stacktrace']}</pre>
          )}
        </section>
      ) : (
        span.failed && (
          <section className={`${styles.box} ${styles.exception}`}>
            <h3>Failed</h3>
            <p>
              <b>{span.errorType}</b> {span.statusMessage !== span.errorType && span.statusMessage}
            </p>
          </section>
        )
      )}
      <Attributes title="Attributes" attributes={span.attributes} />
      {others.length > 0 && (
        <section className={styles.box}>
          <h3>Events</h3>
          {others.map((event, index) => (
            <p key={index}>
              <span className="mono">{formatOffset(event.offsetNs)}</span> {event.name}
            </p>
          ))}
        </section>
      )}
      <section className={styles.box}>
        <h3>Logs of this span</h3>
        {logs.length === 0 ? (
          <p className={styles.none}>None of the lines found belongs to this span.</p>
        ) : (
          logs.slice(0, 50).map((log) => (
            <p key={log.id} className="mono" style={{ overflowWrap: 'anywhere' }}>
              <span className={styles.level} data-level={log.level}>
                {formatOffset(log.offsetNs)} {log.level}
              </span>{' '}
              {log.body}
            </p>
          ))
        )}
      </section>
      {span.links.length > 0 && (
        <section className={styles.box}>
          <h3>Links</h3>
          {span.links.map((link) => (
            <p key={link.traceId + link.spanId}>
              {link.known ? (
                <button
                  type="button"
                  className={styles.linkButton}
                  onClick={() => onOpenTrace(link.traceId, link.spanId)}
                >
                  <span className="mono">{link.spanId}</span> in this request
                </button>
              ) : (
                <span className="mono">{link.traceId}, not among the traces found</span>
              )}
            </p>
          ))}
        </section>
      )}
      <Attributes title={`Resource, ${span.host}`} attributes={span.resource} />
      <p className={`mono ${styles.none}`} style={{ overflowWrap: 'anywhere' }}>
        {span.id}
      </p>
    </aside>
  );
}

function Attributes({ title, attributes }: { title: string; attributes: SpanRow['attributes'] }) {
  const entries = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) return null;
  return (
    <section className={styles.box}>
      <h3>{title}</h3>
      <dl className={styles.attributes}>
        {entries.map(([key, value]) => (
          <div key={key} style={{ display: 'contents' }}>
            <dt>{key}</dt>
            <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
