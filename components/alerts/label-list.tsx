import type { EpisodeView } from '@/lib/alerts/contract';
import { safeHref } from './alert-text';
import styles from './alerts.module.css';

/** Every label and annotation of the alert, as its source sent them. */
export function LabelList({ episode }: { episode: EpisodeView }) {
  return (
    <section className={styles.card}>
      <details className={styles.labels}>
        <summary>Labels and annotations</summary>
        <dl>
          {[...Object.entries(episode.labels), ...Object.entries(episode.annotations)].map(
            ([name, value], index) => (
              <div key={`${index} ${name}`}>
                <dt className="mono">{name}</dt>
                <dd>
                  {safeHref(value) ? (
                    <a href={safeHref(value)!} target="_blank" rel="noopener noreferrer">
                      {value}
                    </a>
                  ) : (
                    value
                  )}
                </dd>
              </div>
            ),
          )}
          {safeHref(episode.generatorUrl) && (
            <div>
              <dt className="mono">source</dt>
              <dd>
                <a href={safeHref(episode.generatorUrl)!} target="_blank" rel="noopener noreferrer">
                  open in its source
                </a>
              </dd>
            </div>
          )}
        </dl>
      </details>
    </section>
  );
}
