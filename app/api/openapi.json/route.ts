import './all-routes';
import { z } from 'zod';
import { json } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';
import { openApiDocument } from '@/lib/http/openapi';
import { registeredRoutes } from '@/lib/http/route-registry';
import { version } from '@/package.json';

export const GET = handle(
  {
    method: 'GET',
    access: 'public',
    route: '/api/openapi.json',
    summary: 'This document: OpenAPI 3.1',
    answers: [json(z.record(z.string(), z.unknown()))],
  },
  async () => ({ ...openApiDocument(registeredRoutes(), version) }),
);
