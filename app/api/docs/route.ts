import { content } from '@/lib/http/answers';
import { apiDocsPage } from '@/lib/http/api-docs';
import { handle } from '@/lib/http/inbound';

export const GET = handle(
  {
    method: 'GET',
    access: 'public',
    route: '/api/docs',
    summary: 'This document, readable',
    answers: [content('text/html', 'a page that shows openapi.json')],
  },
  async () => {
    const { html, policy } = apiDocsPage();
    return new Response(html, {
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': policy,
      },
    });
  },
);
