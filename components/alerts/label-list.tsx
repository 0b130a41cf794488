import ui from '@/components/ui/ui.module.css';
import type { EpisodeView } from '@/lib/alerts/contract';
import { safeHref } from './alert-text';
import styles from './episode.module.css';

/** Every label and annotation of the alert, as its source sent them. */
export function LabelList({ episode }: { episode: EpisodeView }) {
  const { labels, annotations, generatorUrl } = episode;
  const generator = safeHref(generatorUrl);
  return (
    <section className={ui.card}>
      <details className={styles.labels}>
        <summary>Labels and annotations</summary>
        <dl>
          {Object.entries(labels).map(([name, value]) => (
            <Label key={`label ${name}`} name={name} value={value} href={safeHref(value)} />
          ))}
          {Object.entries(annotations).map(([name, value]) => (
            <Label key={`annotation ${name}`} name={name} value={value} href={safeHref(value)} />
          ))}
          {generator && <Label name="source" value="open in its source" href={generator} />}
        </dl>
      </details>
    </section>
  );
}

function Label({ name, value, href }: { name: string; value: string; href: string | null }) {
  return (
    <div>
      <dt className="mono">{name}</dt>
      <dd>
        {href ? (
          <a href={href} target="_blank" rel="noopener noreferrer">
            {value}
          </a>
        ) : (
          value
        )}
      </dd>
    </div>
  );
}
