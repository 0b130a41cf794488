import { databaseAnswers } from '@/lib/auth/repository';
import { AppError } from '@/lib/errors/app-error';
import { handle } from '@/lib/http/inbound';
import { untraced } from '@/lib/observability/untraced';

export const GET = handle({ access: 'public', route: '/api/readyz', serves: 'any' }, async () => {
  if (!(await untraced(databaseAnswers)))
    throw new AppError('unavailable', 'The database does not answer.');
  return { status: 'ready' };
});
