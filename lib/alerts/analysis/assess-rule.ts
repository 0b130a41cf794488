import { SOURCE_DEADLINE_MS } from '@/lib/http/outbound';
import { OutboundError } from '@/lib/http/outbound-error';
import type { AlertingRule, MetricSource, RuleList } from '@/lib/telemetry/model';
import { durationMs, reachMs } from '@/lib/telemetry/prometheus/expression';
import {
  readRuleSubject,
  RULE_SUBJECTS,
  type RuleSubject,
  type RuleSubjectKind,
} from '@/lib/telemetry/prometheus/rule-subject';
import { epochMs, MINUTE_MS, type EpochMs } from '@/lib/time/units';
import { pendingSince, ruleOf } from './rule';

/** What an alert says of itself, as its source sent it. */
export interface AlertText {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly generatorUrl: string | null;
}

export interface RuleAssessment {
  readonly pendingMs: EpochMs;
  readonly impactedSinceMs: EpochMs;
  readonly subject: RuleSubject;
  readonly rule: AlertingRule | undefined;
  /** False where a source that should have said did not answer: to be asked again. */
  readonly known: boolean;
}

/** Where it is not known how far back a rule looks. */
const USUAL_REACH_MS = 5 * MINUTE_MS;

/**
 * What the rule of an alert counts, and since when. `startsAt` comes after the rule's `for`, and its
 * range reaches back further: requests were affected before both.
 */
export async function assessRule(
  metrics: MetricSource | undefined,
  alert: AlertText,
  startedMs: EpochMs,
): Promise<RuleAssessment> {
  const unknown = {
    pendingMs: startedMs,
    impactedSinceMs: epochMs(startedMs - USUAL_REACH_MS),
    subject: subjectOf(alert, undefined, undefined),
    rule: undefined,
    known: false,
  };
  if (!metrics) return { ...unknown, known: true };
  try {
    const signal = AbortSignal.timeout(SOURCE_DEADLINE_MS);
    const [{ data: rules }, remembered] = await Promise.all([
      metrics.rules({ signal }),
      pendingSince(metrics, alert.labels, startedMs, signal),
    ]);
    const rule = ruleOf(rules, alert.labels);
    const pendingMs = remembered ?? epochMs(startedMs - (rule?.holdMs ?? 0));
    return {
      pendingMs,
      impactedSinceMs: epochMs(pendingMs - (rule ? reachMs(rule.query) : USUAL_REACH_MS)),
      subject: subjectOf(alert, rule, rules),
      rule,
      known: true,
    };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return unknown;
  }
}

/**
 * What an alert says that it counts (`portal_impact`, `portal_threshold`), else what its rule's
 * expression does: as its Prometheus lists it, or as the link of the alert repeats it.
 */
export function subjectOf(
  { annotations, generatorUrl }: Omit<AlertText, 'labels'>,
  rule: AlertingRule | undefined,
  rules: RuleList | undefined,
): RuleSubject {
  const expression = rule?.query ?? expressionIn(generatorUrl) ?? '';
  const read = readRuleSubject(expression, rules?.recording);
  const kind = annotations.portal_impact;
  if (!isSubjectKind(kind)) return read;
  const declared = durationMs(annotations.portal_threshold ?? '');
  const own = read.kind === kind ? read : { thresholdMs: null, quantile: null };
  return { ...own, kind, thresholdMs: declared > 0 ? declared : own.thresholdMs };
}

const isSubjectKind = (word: string | undefined): word is RuleSubjectKind =>
  RULE_SUBJECTS.some((kind) => kind === word);

/** Prometheus links an alert to the graph of its expression. It is read, never sent anywhere. */
function expressionIn(generatorUrl: string | null): string | undefined {
  if (!generatorUrl || !URL.canParse(generatorUrl)) return undefined;
  return new URL(generatorUrl).searchParams.get('g0.expr') ?? undefined;
}
