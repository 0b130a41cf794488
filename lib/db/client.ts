import { PrismaPg } from '@prisma/adapter-pg';
import { config } from '@/lib/config/load';
import { processState } from '@/lib/config/process-state';
import { PrismaClient } from './generated/client';

/** The one Prisma client of the process; only `repository.ts` files use it. */
export const prisma = processState(
  'db.prisma',
  () =>
    new PrismaClient({
      adapter: new PrismaPg({
        connectionString: config().DATABASE_URL,
        max: 6,
        connectionTimeoutMillis: 2_000,
      }),
    }),
);
