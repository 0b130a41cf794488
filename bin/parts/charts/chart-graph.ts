import type { Rendered } from './render';

/** Something that one object expects of another, and that is not there. */
export interface Missing {
  readonly of: string;
  readonly wants: string;
}

/**
 * What is not rendered but there: Services of charts that are not at hand, Secrets that somebody
 * makes.
 */
export interface Known {
  readonly services: Readonly<Record<string, readonly number[]>>;
  readonly secrets: Readonly<Record<string, readonly string[]>>;
}

type Tree = Readonly<Record<string, unknown>>;
type Labels = Readonly<Record<string, string>>;
interface Port {
  readonly name?: string;
  readonly containerPort?: number;
  readonly port?: number;
  readonly targetPort?: string | number;
}
interface PodTemplate {
  readonly metadata?: { readonly labels?: Labels };
  readonly spec: {
    readonly containers: readonly { readonly ports?: readonly Port[] }[];
    readonly serviceAccountName?: string;
  } & Tree;
}
interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

const nameOf = ({ kind, metadata }: Rendered) => `${kind} ${metadata.name}`;
const at = (object: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Tree | undefined)?.[key], object);
const selects = (selector: Selector | undefined, labels: Labels | undefined): boolean =>
  Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels?.[key] === value) &&
  (selector?.matchExpressions ?? []).every(({ key, operator, values }) =>
    expressionHolds(operator, labels?.[key], values ?? []),
  );

function expressionHolds(
  operator: string,
  value: string | undefined,
  values: readonly string[],
): boolean {
  if (operator === 'In') return value !== undefined && values.includes(value);
  if (operator === 'NotIn') return value === undefined || !values.includes(value);
  if (operator === 'Exists') return value !== undefined;
  return value === undefined;
}

function* every(value: unknown): Generator<readonly [string, unknown]> {
  if (Array.isArray(value)) for (const each of value) yield* every(each);
  else if (value !== null && typeof value === 'object') {
    for (const [key, each] of Object.entries(value)) {
      yield [key, each];
      yield* every(each);
    }
  }
}

/** Every string of an object, the lines of its files too. */
function* texts(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (value !== null && typeof value === 'object')
    for (const each of Object.values(value)) yield* texts(each);
}

const WORKLOADS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Job']);
function podOf(object: Rendered): PodTemplate | undefined {
  if (WORKLOADS.has(object.kind)) return at(object, 'spec', 'template') as PodTemplate;
  if (object.kind !== 'Pod') return undefined;
  return { metadata: object.metadata, spec: object.spec } as unknown as PodTemplate;
}

/**
 * host:port of something in the cluster: a name without dots, or one that ends with its namespace.
 */
const ADDRESS =
  /(?:^|[\s"'/@=])([a-z][a-z0-9-]*)(?:\.observability)?(?:\.svc(?:\.cluster\.local)?)?:(\d{2,5})(?=$|[\s"'/,}])/g;
/** What looks like an address and is none. */
const NO_SERVICE = new Set(['localhost', 'sha256', 'port']);

/**
 * Holds every Service, port, label, Secret key, ConfigMap and account that one object names against
 * the one that should have it. `own` says which objects are looked at; all of them answer.
 */
export function missing(
  objects: readonly Rendered[],
  known: Known,
  own: (object: Rendered) => boolean = () => true,
): Missing[] {
  const found: Missing[] = [];
  const of = (kind: string) => objects.filter((object) => object.kind === kind);
  const services = new Map<string, number[]>(
    Object.entries(known.services).map(([name, ports]) => [name, [...ports]]),
  );
  for (const service of of('Service'))
    services.set(
      service.metadata.name,
      ((at(service, 'spec', 'ports') as Port[] | undefined) ?? []).map(({ port }) => Number(port)),
    );
  const secrets = new Map<string, readonly string[]>(Object.entries(known.secrets));
  for (const secret of of('Secret'))
    secrets.set(secret.metadata.name, Object.keys({ ...secret.data, ...secret.stringData }));
  const configMaps = new Set(of('ConfigMap').map(({ metadata }) => metadata.name));
  const accounts = new Set(of('ServiceAccount').map(({ metadata }) => metadata.name));
  const pods = objects.map(podOf).filter((pod): pod is PodTemplate => pod !== undefined);
  const portNames = (pod: PodTemplate) =>
    new Set(
      pod.spec.containers.flatMap(({ ports }) =>
        (ports ?? []).flatMap(({ name, containerPort }) => [name, containerPort]),
      ),
    );

  for (const object of objects.filter(own)) {
    const miss = (wants: string) => found.push({ of: nameOf(object), wants });
    const secret = (name: string, keys: readonly string[]) => {
      if (!secrets.has(name)) return void miss(`Secret ${name}`);
      for (const key of keys)
        if (!secrets.get(name)!.includes(key)) miss(`key ${key} of Secret ${name}`);
    };
    for (const text of texts({
      spec: object.spec,
      data: object.data,
      stringData: object.stringData,
    })) {
      for (const [, host, port] of text.matchAll(ADDRESS)) {
        if (NO_SERVICE.has(host!)) continue;
        if (!services.has(host!)) miss(`Service ${host}`);
        else if (!services.get(host!)!.includes(Number(port)))
          miss(`port ${port} of Service ${host}`);
      }
      for (const [, name, key] of text.matchAll(
        /\/etc\/alertmanager\/secrets\/([^/\s"']+)\/([^\s"']+)/g,
      ))
        secret(name!, [key!]);
    }
    for (const [key, value] of every(object.spec)) {
      const named = value as {
        name?: string;
        key?: string;
        optional?: boolean;
        items?: { key: string }[];
        secretName?: string;
      };
      if (key === 'secretKeyRef' && !named.optional) secret(named.name!, [named.key!]);
      if (
        key === 'secret' &&
        typeof value === 'object' &&
        value &&
        (named.name ?? named.secretName)
      )
        secret(
          (named.name ?? named.secretName)!,
          named.items?.map((item) => item.key) ?? (named.key ? [named.key] : []),
        );
      if (key === 'credentials' && named.name) secret(named.name, [named.key!]);
      if (
        (key === 'configMap' || key === 'configMapRef') &&
        named.name &&
        !named.optional &&
        !configMaps.has(named.name)
      )
        miss(`ConfigMap ${named.name}`);
      if (key === 'serviceAccountName' && typeof value === 'string' && !accounts.has(value))
        miss(`ServiceAccount ${value}`);
    }
    switch (object.kind) {
      case 'Service': {
        const selector = at(object, 'spec', 'selector') as Labels | undefined;
        // Pods of Prometheus and Alertmanager are made by the operator.
        if (
          !selector ||
          'prometheus' in selector ||
          selector['operator.prometheus.io/name'] ||
          selector.alertmanager ||
          selector['app.kubernetes.io/name'] === 'alertmanager'
        )
          break;
        const chosen = pods.filter((pod) =>
          selects({ matchLabels: selector }, pod.metadata?.labels),
        );
        if (chosen.length === 0) miss(`a pod with ${JSON.stringify(selector)}`);
        for (const { targetPort, port } of at(object, 'spec', 'ports') as Port[]) {
          const target = targetPort ?? port!;
          // A number needs no declaration; a name does.
          if (typeof target === 'string' && !/^\d+$/.test(target))
            for (const pod of chosen)
              if (!portNames(pod).has(target)) miss(`port ${target} of a pod`);
        }
        break;
      }
      case 'ServiceMonitor': {
        const chosen = of('Service').filter(({ metadata }) =>
          selects(at(object, 'spec', 'selector') as Selector, metadata.labels),
        );
        if (chosen.length === 0)
          miss(`a Service with ${JSON.stringify(at(object, 'spec', 'selector'))}`);
        for (const { port } of at(object, 'spec', 'endpoints') as { port?: string }[])
          if (
            port &&
            !chosen.some((service) =>
              (at(service, 'spec', 'ports') as Port[]).some(({ name }) => name === port),
            )
          )
            miss(`port ${port} of a Service`);
        break;
      }
      case 'PodMonitor':
      case 'PodMonitoring': {
        // Those of ARC's own namespace are made by its controller.
        if (at(object, 'spec', 'namespaceSelector')) break;
        const chosen = pods.filter((pod) =>
          selects(at(object, 'spec', 'selector') as Selector, pod.metadata?.labels),
        );
        if (chosen.length === 0)
          miss(`a pod with ${JSON.stringify(at(object, 'spec', 'selector'))}`);
        for (const { port } of (at(object, 'spec', 'podMetricsEndpoints') ??
          at(object, 'spec', 'endpoints')) as { port?: string }[])
          if (port && !chosen.some((pod) => portNames(pod).has(port)))
            miss(`port ${port} of a pod`);
        break;
      }
      case 'NetworkPolicy':
      case 'PodDisruptionBudget': {
        const selector = (at(object, 'spec', 'podSelector') ??
          at(object, 'spec', 'selector')) as Selector;
        if (!pods.some((pod) => selects(selector, pod.metadata?.labels)))
          miss(`a pod with ${JSON.stringify(selector)}`);
        break;
      }
      case 'HorizontalPodAutoscaler': {
        const target = at(object, 'spec', 'scaleTargetRef') as { kind: string; name: string };
        if (!of(target.kind).some(({ metadata }) => metadata.name === target.name))
          miss(`${target.kind} ${target.name}`);
        break;
      }
      case 'Ingress':
        for (const [key, value] of every(object.spec)) {
          const service = value as { name: string; port: { name?: string; number?: number } };
          if (
            key === 'service' &&
            !of('Service').some(
              (each) =>
                each.metadata.name === service.name &&
                (at(each, 'spec', 'ports') as Port[]).some(
                  ({ name, port }) => name === service.port.name || port === service.port.number,
                ),
            )
          )
            miss(`Service ${service.name}`);
        }
        break;
      case 'HTTPRoute':
        for (const [key, value] of every(object.spec))
          if (key === 'backendRefs')
            for (const { name, port } of value as { name: string; port: number }[])
              if (!services.get(name)?.includes(port)) miss(`port ${port} of Service ${name}`);
        break;
      case 'Prometheus':
      case 'Alertmanager':
        for (const name of (at(object, 'spec', 'secrets') as string[] | undefined) ?? [])
          secret(name, []);
        if (typeof at(object, 'spec', 'configSecret') === 'string')
          secret(at(object, 'spec', 'configSecret') as string, ['alertmanager.yaml']);
        for (const [key, kind] of [
          ['ruleSelector', 'PrometheusRule'],
          ['serviceMonitorSelector', 'ServiceMonitor'],
          ['podMonitorSelector', 'PodMonitor'],
        ] as const) {
          const selector = at(object, 'spec', key) as Selector | undefined;
          for (const each of of(kind).filter(own))
            if (selector && !selects(selector, each.metadata.labels))
              found.push({
                of: nameOf(object),
                wants: `the labels of ${nameOf(each)} to match its ${key}`,
              });
        }
        break;
    }
  }
  return found;
}
