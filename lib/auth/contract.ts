import { z } from 'zod';
import { instant } from '@/lib/time/schema';
import { ROLES } from './authorize';

export const signInBody = z
  .object({
    name: z
      .string()
      .min(1)
      .max(200)
      .regex(/^[^\p{Cc}]+$/u, 'must hold no control characters'),
    password: z.string().min(1).max(1000),
  })
  .meta({ id: 'SignIn' });

const role = z.enum(ROLES).meta({ id: 'Role' });

export const newTokenBody = z
  .object({
    name: z.string().min(1).max(100),
    role,
    expiresAt: z.iso.datetime().optional(),
  })
  .meta({ id: 'NewToken' });

export const createdToken = z
  .object({
    id: z.uuid(),
    token: z.string().describe('the secret: in this answer and nowhere else'),
  })
  .meta({ id: 'CreatedToken' });

export const tokenList = z
  .object({
    tokens: z.array(
      z.object({
        id: z.uuid(),
        name: z.string(),
        role,
        createdAt: instant,
        expiresAt: instant.nullable(),
      }),
    ),
  })
  .meta({ id: 'TokenList' });
