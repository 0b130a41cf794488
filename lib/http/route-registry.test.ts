import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { json, noContent, withHeaders } from './answers';
import { handle } from './inbound';
import { registeredRoutes } from './route-registry';

const answers = [json(z.object({ count: z.number() }))] as const;
const spec = { access: 'public', method: 'GET', route: '/api/test', summary: 'Test' } as const;
const found = () => registeredRoutes().filter(({ route }) => route === '/api/test');

describe('a route that is made', () => {
  it('is registered with the refusals that follow from what it demands', () => {
    handle({ ...spec, answers }, async () => ({ count: 1 }));
    expect(found().map(({ errors }) => errors)).toEqual([['internal', 'unavailable', 'not_found']]);
    const body = z.object({ text: z.string() });
    handle({ ...spec, access: 'alert:answer', method: 'PUT', body, answers }, async () => ({
      count: 1,
    }));
    expect(found().map(({ method }) => method)).toEqual(['GET', 'PUT']);
    expect(found()[1]!.errors).toEqual(
      expect.arrayContaining(['forbidden', 'cross_origin', 'too_large', 'invalid_input']),
    );
  });

  it('cannot return what its schema does not have', () => {
    // @ts-expect-error -- a string is no number
    handle({ ...spec, answers }, async () => ({ count: 'one' }));
    // @ts-expect-error -- the value is returned, not a Response made of it
    handle({ ...spec, answers }, async () => Response.json({ count: 1 }));
    // @ts-expect-error -- nothing is to be returned
    handle({ ...spec, answers: [noContent()] }, async () => ({ count: 1 }));
    handle({ ...spec, answers }, async () => withHeaders({ count: 1 } as const, { etag: '"1"' }));
    handle({ ...spec, answers: [noContent()] }, async () => undefined);
  });
});
