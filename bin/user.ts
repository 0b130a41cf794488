import { readFileSync } from 'node:fs';
import { ROLES, type Role } from '@/lib/auth/authorize';
import { hashPassword } from '@/lib/auth/password';
import { saveUser } from '@/lib/auth/repository';

/**
 * `npm run user -- NAME ROLE < password-file`: makes a local user, or gives one a new password and
 * role.
 */
const [name, role] = process.argv.slice(2);
if (!name || !ROLES.includes(role as Role)) {
  console.error(`Usage: npm run user -- NAME ${ROLES.join('|')} < FILE, the password in the file`);
  process.exit(64);
}
const password = readFileSync(0, 'utf8').replace(/\r?\n$/, '');
if (password.length < 8) {
  console.error('The password needs at least 8 characters.');
  process.exit(64);
}
// It listens nowhere; the check of the address is for servers.
process.env.HOSTNAME = '127.0.0.1';
await saveUser(name, await hashPassword(password), role as Role);
console.log(`${name} is ${role}`);
process.exit(0);
