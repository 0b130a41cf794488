import { hash, verify } from '@node-rs/argon2';
import { errorFields } from '@/lib/errors/error-code';
import { log } from '@/lib/observability/log';

/** argon2id with the parameters OWASP names first (19 MiB, 2 passes). */
const OPTIONS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const hashPassword = (password: string): Promise<string> => hash(password, OPTIONS);

/** A hash of nothing, so that an unknown name takes as long as a wrong password. */
const nobody = hash('nobody has this password', OPTIONS);

export async function verifyPassword(
  passwordHash: string | undefined,
  password: string,
): Promise<boolean> {
  try {
    const matches = await verify(passwordHash ?? (await nobody), password);
    return passwordHash !== undefined && matches;
  } catch (error) {
    log().error(errorFields(error), 'a stored password hash could not be read');
    return false;
  }
}
