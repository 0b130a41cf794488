import { z } from 'zod';
import { databaseAnswers } from '@/lib/auth/repository';
import { AppError } from '@/lib/errors/app-error';
import { json } from '@/lib/http/answers';
import { handle } from '@/lib/http/inbound';
import { untraced } from '@/lib/observability/untraced';

export const GET = handle(
  {
    method: 'GET',
    access: 'public',
    route: '/api/readyz',
    summary: 'Whether the process can serve: the database answers',
    serves: 'any',
    answers: [json(z.object({ status: z.literal('ready') }))],
  },
  async () => {
    if (!(await untraced(databaseAnswers)))
      throw new AppError('unavailable', 'The database does not answer.');
    return { status: 'ready' as const };
  },
);
