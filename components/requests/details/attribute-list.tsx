import type { SpanRow } from '@/lib/requests/contract';
import { attributeRows } from './attribute-rows';
import styles from './details.module.css';

interface Props {
  readonly title: string;
  readonly attributes: SpanRow['attributes'];
}

export function AttributeList({ title, attributes }: Props) {
  const rows = attributeRows(attributes);
  if (rows.length === 0) return null;
  return (
    <section className={styles.box}>
      <h3>{title}</h3>
      <dl className={styles.attributes}>
        {rows.map(({ key, text }) => (
          <div key={key} className={styles.attribute}>
            <dt>{key}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
