import { createHash } from 'node:crypto';
import { idsOfLine } from '@/lib/correlation-id/ids-in-line';
import { epochNs } from '@/lib/time/units';
import { parseLine } from '../line-fields';
import { levelOfFields } from '../log-level';
import type { LogLine } from '../model';
import { metadataName } from './logql';
import type { QueryAnswer } from './wire';

/** A line, and the text as Loki holds it: the body may be one field of that. */
export interface FoundLine {
  readonly line: LogLine;
  readonly text: string;
}

export const CATEGORIZE = 'categorize-labels';

/**
 * The lines of an answer. With categorized labels the stream's own are known apart from what
 * belongs to a line; a server or proxy that drops the header mixes them, and then only the label
 * every stream has stands for the stream.
 */
export function toFoundLines({ data }: QueryAnswer, streamLabel: string): FoundLine[] {
  const categorized = data.encodingFlags?.includes(CATEGORIZE) ?? false;
  const seen = new Map<string, number>();
  return data.result.flatMap(({ stream, values }) =>
    values.map(([time, text, extra]): FoundLine => {
      const own = parseLine(text);
      const metadata = { ...extra?.structuredMetadata, ...extra?.parsed };
      const { resource, attributes } = sorted({ ...stream, ...metadata });
      const service = stream.service_name ?? stream.service ?? 'unknown_service';
      const line: LogLine = {
        timeNs: epochNs(BigInt(time)),
        id: idOf(`${time}\n${service}\n${text}`, seen),
        ...levelOfFields({ ...own.fields, ...stream, ...metadata }),
        body: own.message ?? own.text,
        service,
        ...idsOfLine([metadata, own.fields, stream], own.text),
        attributes,
        resource,
        stream: categorized ? stream : { [streamLabel]: stream[streamLabel] ?? service },
      };
      return { line, text };
    }),
  );
}

/**
 * What OpenTelemetry says of a resource, by the name that Loki gives it: dots became underscores
 * there.
 */
const RESOURCE = new Map(
  [
    'service.name',
    'service.namespace',
    'service.version',
    'service.instance.id',
    'deployment.environment.name',
    'host.name',
    'k8s.cluster.name',
    'k8s.namespace.name',
    'k8s.node.name',
    'k8s.pod.name',
    'k8s.container.name',
    'k8s.deployment.name',
  ].map((name) => [metadataName(name), name]),
);
/** What Loki adds to every line that came as OTLP, or keeps beside the attributes. */
const NO_ATTRIBUTE = new Set([
  'flags',
  'observed_timestamp',
  'severity_number',
  'severity_text',
  'detected_level',
  'scope_name',
  'scope_version',
  'trace_id',
  'span_id',
  '__error__',
  '__error_details__',
]);

function sorted(fields: Readonly<Record<string, string>>): {
  resource: Record<string, string>;
  attributes: Record<string, string>;
} {
  const resource: Record<string, string> = {};
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) {
    const known = RESOURCE.get(name);
    if (known) resource[known] = value;
    else if (!NO_ATTRIBUTE.has(name)) attributes[name] = value;
  }
  return { resource, attributes };
}

/**
 * Loki has no line id: the content is it, and a number for lines that share even their nanosecond.
 */
function idOf(content: string, seen: Map<string, number>): string {
  const hash = createHash('sha1').update(content).digest('hex');
  const nth = seen.get(hash) ?? 0;
  seen.set(hash, nth + 1);
  return nth === 0 ? hash : `${hash}-${nth}`;
}

/** How many lines a parser of the query could not read: Loki keeps them, and says so on each. */
export const parserErrors = ({ data }: QueryAnswer): number =>
  data.result.reduce(
    (sum, { stream, values }) =>
      sum +
      values.filter(([, , extra]) => (extra?.parsed?.__error__ ?? stream.__error__ ?? '') !== '')
        .length,
    0,
  );
