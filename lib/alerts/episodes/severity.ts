import { config } from '@/lib/config/load';
import {
  rankOfSeverity,
  SEVERITY_RANKS,
  SEVERITY_SEPARATORS,
  type SeverityRank,
} from '@/lib/config/severity-ranks';
import { Prisma } from '@/lib/db/generated/client';

const MAX_SEVERITY = 40;

/** A severity as its source wrote it, for people. An alert without one has `none`. */
export const severityText = (labels: Readonly<Record<string, string>>): string =>
  (labels.severity ?? '').trim().slice(0, MAX_SEVERITY) || 'none';

/** How bad a severity is, as `ALERT_SEVERITIES` has it. */
export const severityRank = (severity: string): SeverityRank =>
  rankOfSeverity(severity, config().ALERT_SEVERITIES);

/** The place of a severity among the ranks: 0 is the worst. */
export const severityPosition = (severity: string): number =>
  SEVERITY_RANKS.indexOf(severityRank(severity));

/** The rank of `s.severity`, for a query over `alert_series s`. */
const rankSql = (): Prisma.Sql => Prisma.sql`
  coalesce(
    ${JSON.stringify(Object.fromEntries(config().ALERT_SEVERITIES))}::jsonb
      ->> translate(s.severity, ${SEVERITY_SEPARATORS}, ''),
    'unknown'
  )`;

/** The place of `s.severity` among the ranks: 1 is the worst. */
export const severityOrderSql = (): Prisma.Sql =>
  Prisma.sql`array_position(${[...SEVERITY_RANKS]}::text[], ${rankSql()})`;

/** Whether `s.severity` is of a rank, or is a word that is none. */
export const hasSeveritySql = (severity: string): Prisma.Sql => {
  const isRank = (SEVERITY_RANKS as readonly string[]).includes(severity);
  return isRank
    ? Prisma.sql`${rankSql()} = ${severity}`
    : Prisma.sql`s.severity = ${severity.toLowerCase()}`;
};
