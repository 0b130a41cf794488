import { PrismaPg } from '@prisma/adapter-pg';
import { config } from '@/lib/config/load';
import { PrismaClient } from './generated/client';

const holder = globalThis as { throughlinePrisma?: PrismaClient };

/** The one Prisma client of the process; only `repository.ts` files use it. */
export function prisma(): PrismaClient {
  holder.throughlinePrisma ??= new PrismaClient({
    adapter: new PrismaPg({
      connectionString: config().DATABASE_URL,
      max: 6,
      connectionTimeoutMillis: 2_000,
    }),
  });
  return holder.throughlinePrisma;
}
