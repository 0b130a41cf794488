import type { Rendered } from './render';

interface Models {
  readonly [kind: string]: { readonly prototype: { validate(): void } };
}

/**
 * Where the types of a group are. Google's and Amazon's objects have none that are published: they
 * are not looked at.
 */
const PACKAGES: readonly [RegExp, string][] = [
  [/^monitoring\.coreos\.com\//, '@kubernetes-models/prometheus-operator'],
  [/^gateway\.networking\.k8s\.io\//, '@kubernetes-models/gateway-api'],
  [
    /^(v1|apps\/|batch\/|policy\/|autoscaling\/|networking\.k8s\.io\/|rbac\.authorization\.k8s\.io\/|admissionregistration\.k8s\.io\/)/,
    'kubernetes-models',
  ],
];

/**
 * What is wrong with an object by the published types of Kubernetes and of the Prometheus operator:
 * wrong types, missing fields, and fields that are not known. Undefined where there are no types
 * for it.
 */
export async function faultsOf({
  source: _source,
  ...object
}: Rendered): Promise<string[] | undefined> {
  const name = PACKAGES.find(([group]) => group.test(object.apiVersion))?.[1];
  if (!name) return undefined;
  const model = ((await import(`${name}/${object.apiVersion}`)) as Models)[object.kind];
  if (!model) return [`${object.apiVersion} has no ${object.kind}`];
  const watched = new Watched();
  try {
    // A model of its own would be a copy, and who looks at a copy is not seen.
    model.prototype.validate.call(watched.of(object, ''));
  } catch (error) {
    return [(error as Error).message];
  }
  return watched.unknown();
}

/**
 * The validators look at each field they know and leave the rest alone: a field that none looked at
 * is not known.
 */
class Watched {
  private readonly objects: {
    readonly path: string;
    readonly keys: readonly string[];
    readonly seen: Set<string>;
  }[] = [];

  of(value: unknown, path: string): unknown {
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map((each, index) => this.of(each, `${path}/${index}`));
    const inner = Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, this.of(each, `${path}/${key}`)]),
    );
    const seen = new Set<string>();
    // apiVersion and kind are what the model was chosen by.
    this.objects.push({
      path,
      keys: Object.keys(inner).filter(
        (key) => path !== '' || (key !== 'apiVersion' && key !== 'kind'),
      ),
      seen,
    });
    return new Proxy(inner, {
      get: (target, key) => {
        if (typeof key === 'string') seen.add(key);
        return Reflect.get(target, key) as unknown;
      },
      ownKeys: (target) => {
        // A map of anything is gone through.
        for (const key of Object.keys(target)) seen.add(key);
        return Reflect.ownKeys(target);
      },
    });
  }

  unknown(): string[] {
    // Below an object that takes anything, nothing is looked at; only its topmost unseen field
    // counts.
    return this.objects.flatMap(({ path, keys, seen }) =>
      seen.size === 0
        ? []
        : keys.filter((key) => !seen.has(key)).map((key) => `${path}/${key} is not known`),
    );
  }
}
