import { createHash } from 'node:crypto';
import { prisma } from '@/lib/db/client';
import { errorFields } from '@/lib/errors/error-code';
import { log } from '@/lib/observability/log';
import type { Principal, Role } from './authorize';

/** Only hashes of secrets are stored: whoever reads the table can sign in as nobody. */
const hashed = (secret: string) => new Uint8Array(createHash('sha256').update(secret).digest());

export const userByName = (name: string) => prisma().user.findUnique({ where: { name } });

export async function saveUser(name: string, passwordHash: string, role: Role): Promise<void> {
  await prisma().user.upsert({
    where: { name },
    create: { name, passwordHash, role },
    update: { passwordHash, role },
  });
}

export async function saveSession(secret: string, userId: string, expiresAt: Date): Promise<void> {
  await prisma().$transaction([
    prisma().session.deleteMany({ where: { expiresAt: { lt: new Date() } } }),
    prisma().session.create({ data: { tokenHash: hashed(secret), userId, expiresAt } }),
  ]);
}

export async function principalOfSession(secret: string): Promise<Principal | undefined> {
  const session = await prisma().session.findUnique({
    where: { tokenHash: hashed(secret) },
    include: { user: true },
  });
  if (!session || session.expiresAt < new Date()) return undefined;
  return { kind: 'user', id: session.user.id, name: session.user.name, role: session.user.role };
}

export async function endSession(secret: string): Promise<void> {
  await prisma().session.deleteMany({ where: { tokenHash: hashed(secret) } });
}

export async function saveToken(
  name: string,
  secret: string,
  role: Role,
  expiresAt?: Date,
): Promise<{ id: string }> {
  return prisma().token.create({
    data: { name, tokenHash: hashed(secret), role, expiresAt },
    select: { id: true },
  });
}

export async function principalOfToken(secret: string): Promise<Principal | undefined> {
  const token = await prisma().token.findUnique({ where: { tokenHash: hashed(secret) } });
  if (!token || (token.expiresAt && token.expiresAt < new Date())) return undefined;
  return { kind: 'token', id: token.id, name: token.name, role: token.role };
}

export const listTokens = () =>
  prisma().token.findMany({
    select: { id: true, name: true, role: true, createdAt: true, expiresAt: true },
    orderBy: { createdAt: 'desc' },
  });

/** @returns whether there was such a token. */
export async function deleteToken(id: string): Promise<boolean> {
  return (await prisma().token.deleteMany({ where: { id } })).count > 0;
}

export async function databaseAnswers(): Promise<boolean> {
  try {
    await prisma().$queryRaw`SELECT 1`;
    return true;
  } catch (error) {
    log().warn(errorFields(error), 'the database does not answer');
    return false;
  }
}
