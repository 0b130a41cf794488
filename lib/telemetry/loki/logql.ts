import { CORRELATION_ATTRIBUTE, type CorrelationId, type TraceId } from '@/lib/correlation/grammar';
import { oneOf, quoted } from '../prometheus/promql';

/** Loki wants one matcher that cannot match empty; every stream has a service (contracts: `service_name` is discovered). */
const EVERYTHING = `{service_name=~".+"}`;

/** LogQL built here, and only here. The first finds structured metadata, the second the text of the line. */
export const byMetadata = (id: CorrelationId): string => `${EVERYTHING} | ${CORRELATION_ATTRIBUTE}=${quoted(id)}`;
export const byLine = (id: CorrelationId | TraceId): string => `${EVERYTHING} |= ${quoted(id)}`;
export const byTraceIds = (ids: readonly TraceId[]): string => `${EVERYTHING} | trace_id=~${quoted(oneOf(ids))}`;
