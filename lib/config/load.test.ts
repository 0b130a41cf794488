import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ConfigError, readConfig } from './load';

const environment = (values: Record<string, string>) => values as unknown as NodeJS.ProcessEnv;
const DATABASE_URL = 'postgresql://127.0.0.1/throughline';

test('on loopback a database is enough', () =>
  expect(readConfig(environment({ DATABASE_URL, HOSTNAME: '127.0.0.1' }))).toMatchObject({
    PORT: 3000,
    ROLE: 'all',
    TRACES_SOURCE: 'embedded',
    SEARCH_DAYS: 7,
  }));

test('every fault is in one list', () => {
  const read = () =>
    readConfig(
      environment({
        PORT: 'x',
        TRACES_SOURCE: 'tempo',
        METRICS_SOURCE: 'prometheus',
        LOKI_URL: 'ftp://x',
        TEMPO_URL: 'nonsense',
        OTLP_TOKEN: 'short',
      }),
    );
  expect(read).toThrow(ConfigError);
  try {
    read();
  } catch (error) {
    for (const name of ['DATABASE_URL', 'PORT', 'LOKI_URL', 'TEMPO_URL', 'OTLP_TOKEN'])
      expect((error as Error).message).toContain(`- ${name}: `);
  }
});

test('what belongs together is checked together', () => {
  expect(() => readConfig(environment({ DATABASE_URL, TRACES_SOURCE: 'tempo' }))).toThrow(
    /TEMPO_URL: is required when TRACES_SOURCE=tempo/,
  );
  for (const open of [{ HOSTNAME: '' }, { HOSTNAME: '0.0.0.0' }, { HOSTNAME: 'portal-6f9c' }])
    expect(() => readConfig(environment({ DATABASE_URL, ...open }))).toThrow(
      /OTLP_TOKEN: is required/,
    );
  const elsewhere = {
    TRACES_SOURCE: 'tempo',
    TEMPO_URL: 'http://tempo:3200',
    LOGS_SOURCE: 'loki',
    LOKI_URL: 'http://loki:3100',
  };
  expect(readConfig(environment({ DATABASE_URL, ...elsewhere })).OTLP_TOKEN).toBeUndefined();
});

test('a URL with credentials is refused, and a value is never repeated', () => {
  const read = () =>
    readConfig(environment({ DATABASE_URL, TEMPO_URL: 'http://me:hunter2hunter2@tempo' }));
  expect(read).toThrow(/no credentials/);
  expect(read).not.toThrow(/hunter2/);
});

test('secrets may come from files', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'throughline-config-')), 'token');
  writeFileSync(file, `${'s'.repeat(32)}\n`);
  expect(readConfig(environment({ DATABASE_URL, OTLP_TOKEN_FILE: file })).OTLP_TOKEN).toBe(
    's'.repeat(32),
  );
  expect(() =>
    readConfig(environment({ DATABASE_URL, OTLP_TOKEN_FILE: '/does/not/exist' })),
  ).toThrow(/OTLP_TOKEN_FILE: cannot be read/);
});

test('how each backend is reached: credentials, certificates, headers, calls at once', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'throughline-config-')), 'ca.pem');
  writeFileSync(file, 'x');
  const read = readConfig(
    environment({
      DATABASE_URL,
      HOSTNAME: '127.0.0.1',
      TEMPO_HEADERS: 'X-Scope-OrgID=team%20a,x-other=1',
      LOKI_BASIC_USER: 'me',
      LOKI_BASIC_PASSWORD: 'secret',
      PROMETHEUS_TLS_CA_FILE: file,
      PROMETHEUS_CONCURRENCY: '4',
    }),
  );
  expect(read).toMatchObject({
    TEMPO_HEADERS: { 'x-scope-orgid': 'team a', 'x-other': '1' },
    TEMPO_CONCURRENCY: 16,
    LOKI_BASIC_USER: 'me',
    PROMETHEUS_TLS_CA_FILE: file,
    PROMETHEUS_CONCURRENCY: 4,
  });
});

test.each([
  [{ LOKI_BASIC_USER: 'me' }, /LOKI_BASIC_USER: and LOKI_BASIC_PASSWORD are only of use together/],
  [
    { TEMPO_BEARER_TOKEN: 'x', TEMPO_BASIC_USER: 'me', TEMPO_BASIC_PASSWORD: 'y' },
    /TEMPO_BEARER_TOKEN: cannot be used together with TEMPO_BASIC_USER/,
  ],
  [
    { PROMETHEUS_TLS_CERT_FILE: '/dev/null' },
    /PROMETHEUS_TLS_CERT_FILE: and PROMETHEUS_TLS_KEY_FILE are only of use together/,
  ],
  [
    { TEMPO_BEARER_TOKEN_FILE: '/does/not/exist' },
    /TEMPO_BEARER_TOKEN_FILE: names a file that is not there/,
  ],
  [{ LOKI_HEADERS: 'a b=c' }, /LOKI_HEADERS: must be name=value pairs/],
  [{ LOOKUP_ATTRIBUTES: 'order.id,a b' }, /LOOKUP_ATTRIBUTES.*: must be attribute names/],
])('settings that contradict themselves are said: %o', (settings, message) =>
  expect(() =>
    readConfig(environment({ DATABASE_URL, HOSTNAME: '127.0.0.1', ...settings })),
  ).toThrow(message),
);
