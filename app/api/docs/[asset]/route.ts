import { z } from 'zod';
import { content } from '@/lib/http/answers';
import { readViewerFile, VIEWER_FILES, type ViewerFile } from '@/lib/http/api-docs';
import { handle } from '@/lib/http/inbound';

const FILES = Object.keys(VIEWER_FILES) as [ViewerFile, ...ViewerFile[]];

export const GET = handle(
  {
    method: 'GET',
    access: 'public',
    route: '/api/docs/{asset}',
    summary: 'A file of the viewer',
    params: z.object({ asset: z.enum(FILES) }),
    answers: [content('text/css', 'its styles'), content('text/javascript', 'its program')],
  },
  async ({ params: { asset } }) =>
    new Response(await readViewerFile(asset), {
      headers: {
        'content-type': `${VIEWER_FILES[asset]}; charset=utf-8`,
        'cache-control': 'public, max-age=3600',
      },
    }),
);
