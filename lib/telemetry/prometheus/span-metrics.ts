import type { Matcher } from './promql';

/** Spans by which a service takes something in: of the span metrics, Tempo's and the embedded store's alike. */
export const ENTRY: Matcher = ['span_kind', '=~', 'SPAN_KIND_SERVER|SPAN_KIND_CONSUMER'];
export const SERVER: Matcher = ['span_kind', '=', 'SPAN_KIND_SERVER'];
export const FAILED: Matcher = ['status_code', '=', 'STATUS_CODE_ERROR'];
