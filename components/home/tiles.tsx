'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import type { Tile } from '@/lib/dashboards/contract';
import { tilesQuery } from './queries';
import styles from './home.module.css';

const GLYPHS: Readonly<Record<Tile['state'], string>> = {
  fine: '✓',
  degraded: '◷',
  broken: '✕',
  unknown: '?',
};

/** Is it us, the runners, or the cluster? One line each, and the page behind it. */
export function Tiles({ initial }: { initial: readonly Tile[] }) {
  const { data: tiles, error } = useQuery({ ...tilesQuery, initialData: initial });
  return (
    <section aria-label="Us or the runners?" data-testid="tiles">
      <ul className={styles.tiles}>
        {tiles.map((tile) => (
          <li key={tile.dashboard}>
            <Link
              href={`/dashboards/${tile.dashboard}`}
              prefetch={false}
              className={styles.tile}
              data-state={tile.state}
            >
              <span className={styles.tileGlyph} aria-hidden>
                {GLYPHS[tile.state]}
              </span>
              <span>
                <b>{tile.title}</b> <em>{tile.state}</em>
                <small>{tile.reason}</small>
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {error && <p role="status">Not updated: {error.message}</p>}
    </section>
  );
}
