import { AppError } from '@/lib/errors/app-error';

export const ROLES = ['viewer', 'responder', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who is asking: a person with a session, or a machine with a token. */
export interface Principal {
  readonly kind: 'user' | 'token';
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}

/**
 * Everything that can be done, and the least role that may. Denied by default: what is not here
 * cannot be asked for.
 */
const LEAST_ROLE = {
  'request:read': 'viewer',
  'dashboard:read': 'viewer',
  'source:read': 'viewer',
  'alert:read': 'viewer',
  'alert:answer': 'responder',
  'channel:test': 'admin',
  'session:end': 'viewer',
  'token:manage': 'admin',
} as const satisfies Record<string, Role>;

export type Action = keyof typeof LEAST_ROLE;

/** Whether to offer it at all; doing it is decided again. */
export const may = (principal: Principal, action: Action): boolean =>
  ROLES.indexOf(principal.role) >= ROLES.indexOf(LEAST_ROLE[action]);

/**
 * The one decision of the portal; every page, loader and handler passes through it.
 * @throws AppError unauthenticated, forbidden
 */
export function authorize(principal: Principal | undefined, action: Action): Principal {
  if (!principal)
    throw new AppError('unauthenticated', 'Sign in, or send a bearer token.', {
      'www-authenticate': 'Bearer',
    });
  const least = LEAST_ROLE[action];
  if (!may(principal, action))
    throw new AppError('forbidden', `This needs the role ${least}; yours is ${principal.role}.`);
  return principal;
}
